"""From a teacher's application to a studio's plaque, as the customer would tell it."""
