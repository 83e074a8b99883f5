"""What the four services share: words (kernel) and machinery (chassis)."""
