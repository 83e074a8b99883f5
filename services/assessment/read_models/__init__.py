"""Questions that assessment answers."""
