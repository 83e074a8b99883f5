"""Questions that membership answers."""
