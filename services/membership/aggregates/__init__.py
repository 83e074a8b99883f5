"""Things with a history in membership."""
