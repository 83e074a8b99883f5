"""What proves a log to an outsider: leaves, trees, signed notes and policies. Bytes only, without I/O."""
