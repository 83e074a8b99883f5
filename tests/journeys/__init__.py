"""Several services together, over HTTP."""
