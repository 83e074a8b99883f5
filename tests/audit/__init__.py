"""The log proves itself: shared.audit and what stands on it."""
