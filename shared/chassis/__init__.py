"""Machinery that the four services run on; it knows no domain word."""
