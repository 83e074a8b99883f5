"""Things with a history in assessment."""
