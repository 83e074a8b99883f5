"""Each event as it was first stored, and what it says: never changed, only added to."""
