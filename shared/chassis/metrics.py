"""Every metric's name in one place."""

from prometheus_client import Counter, Gauge, Histogram

COMMANDS = Counter("mingban_commands_total", "Commands by outcome", ["service", "command", "outcome", "rule"])
BATCH_SIZE = Histogram("mingban_batch_entries", "Decisions a commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200))
HEAD = Gauge("mingban_log_head", "Position of the newest event", ["service"])
PROJECTED = Gauge("mingban_projection_position", "Position of the read models", ["service"])
FOLLOWED = Gauge("mingban_follower_position", "Position in the upstream's log", ["service", "upstream"])
PARKED = Gauge("mingban_parked_events", "Events that wait for a retry", ["service"])
WAKE_UPS_LOST = Counter("mingban_wake_ups_lost_total", "Wake-ups that the broker did not take", ["service"])
SEALED = Gauge("mingban_sealed_position", "Position up to which a signed checkpoint covers the log", ["service"])
SEALED_AT = Gauge("mingban_sealed_timestamp_seconds", "When the newest signed checkpoint was made", ["service"])
SEALING_HALTED = Gauge("mingban_sealing_halted", "1 when sealing stands still until people look", ["service"])
