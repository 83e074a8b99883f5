"""The demo: input files played over HTTP by people in their roles, checked from the logs alone."""
