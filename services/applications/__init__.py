"""From a teacher's application to a studio under its plaque; owns the settings and the directory."""
