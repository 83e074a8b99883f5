"""Questions that applications answers."""
