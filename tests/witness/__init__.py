"""The witness as a running service, and the logs that ask it."""
