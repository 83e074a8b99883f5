"""Mid-term and final: who judges, by which rubric, what comes of it."""
