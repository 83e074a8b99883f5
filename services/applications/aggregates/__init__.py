"""Things with a history in applications."""
