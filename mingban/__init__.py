"""The package above the services: composition, command line, embedded supervisor, demo."""
