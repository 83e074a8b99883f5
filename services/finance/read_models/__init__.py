"""Questions that finance answers."""
