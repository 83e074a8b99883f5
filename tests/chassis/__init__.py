"""What the chassis promises, on both stores, each step broken twice: the write lost, and landed."""
