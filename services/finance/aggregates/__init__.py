"""Things with a history in finance."""
