"""What proves a log to an outsider: leaves, trees, signed notes, policies and exports; nothing else of ours."""
