"""Questions about all four services together."""
