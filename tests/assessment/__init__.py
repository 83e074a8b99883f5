"""What assessment decides, reacts to and shows."""
