"""What the programme promises, checked."""
