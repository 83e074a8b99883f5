"""What finance decides, reacts to and shows."""
