"""The log of a service: events, follower positions, idempotency keys, parked events, rehearsal clock.

Revision ID: 0001
"""

from alembic import context, op

revision = "0001"
down_revision = None

# The shape is the eventsourcing library's, less its sequence: GENERATED ALWAYS needs no privilege on a
# sequence, so the writer can neither forge ids nor burn them.
POSTGRESQL = """
REVOKE ALL ON SCHEMA log FROM PUBLIC;
CREATE TYPE log.stored_event_uuid AS
    (originator_id uuid, originator_version bigint, topic text, state bytea);
CREATE TABLE log.stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL CHECK (originator_version > 0),
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_analyze_threshold = 1000, autovacuum_analyze_scale_factor = 0.01);
CREATE UNIQUE INDEX stored_events_notification_id_idx ON log.stored_events (notification_id);
CREATE TABLE log.notification_tracking (
    application_name text PRIMARY KEY, notification_id bigint NOT NULL);
CREATE TABLE log.commands (
    key text PRIMARY KEY, request text NOT NULL, position bigint NOT NULL, outcome bytea NOT NULL,
    at timestamptz NOT NULL, kept boolean NOT NULL);
CREATE INDEX commands_expiry_idx ON log.commands (at) WHERE NOT kept;
CREATE TABLE log.parked (
    reader text NOT NULL, position bigint NOT NULL, stream uuid NOT NULL, version bigint NOT NULL,
    event text NOT NULL, state bytea NOT NULL, reason text NOT NULL, PRIMARY KEY (reader, position));
CREATE TABLE log.rehearsal_clock (
    one boolean PRIMARY KEY CHECK (one), offset_seconds bigint NOT NULL);
CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'the log is append-only: % of % refused', TG_OP, TG_TABLE_NAME; END$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log.stored_events
    FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
CREATE TRIGGER money_keys_stay BEFORE DELETE ON log.commands
    FOR EACH ROW WHEN (OLD.kept) EXECUTE FUNCTION log.refuse();
ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE log.commands ENABLE ALWAYS TRIGGER money_keys_stay;
GRANT USAGE ON SCHEMA log TO {writer}, {sealer}, {auditor};
GRANT SELECT ON log.stored_events, log.alembic_version TO {writer}, {sealer}, {auditor};
GRANT INSERT (originator_id, originator_version, topic, state) ON log.stored_events TO {writer};
GRANT SELECT, INSERT, UPDATE ON log.notification_tracking TO {writer};
GRANT SELECT, INSERT, DELETE ON log.commands, log.parked TO {writer};
GRANT SELECT, INSERT, UPDATE ON log.rehearsal_clock TO {writer};
GRANT SELECT ON log.notification_tracking, log.parked TO {auditor};
CREATE SCHEMA rows AUTHORIZATION {writer};
GRANT USAGE ON SCHEMA rows TO {auditor};
ALTER DEFAULT PRIVILEGES FOR ROLE {writer} IN SCHEMA rows GRANT SELECT ON TABLES TO {auditor};
"""

# `INSERT OR REPLACE` and an explicit rowid walk around UPDATE and DELETE triggers: hence the INSERT guard.
SQLITE = """
CREATE TABLE stored_events (
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL CHECK (originator_version > 0),
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (originator_id, originator_version));
CREATE TABLE tracking (
    application_name TEXT PRIMARY KEY, notification_id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE commands (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, position INTEGER NOT NULL, outcome BLOB NOT NULL,
    at TEXT NOT NULL, kept INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX commands_expiry_idx ON commands (at) WHERE NOT kept;
CREATE TABLE parked (
    reader TEXT NOT NULL, position INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL,
    event TEXT NOT NULL, state BLOB NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (reader, position)) WITHOUT ROWID;
CREATE TABLE rehearsal_clock (
    one INTEGER PRIMARY KEY CHECK (one = 1), offset_seconds INTEGER NOT NULL);
CREATE TRIGGER stored_events_no_update BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: UPDATE refused'); END;
CREATE TRIGGER stored_events_no_delete BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: DELETE refused'); END;
CREATE TRIGGER stored_events_no_replace BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events
                 WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
        OR (NEW.rowid <> -1 AND NEW.rowid <> (SELECT coalesce(max(rowid), 0) + 1 FROM stored_events))
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: this place is taken or skipped'); END;
CREATE TRIGGER stored_events_in_order AFTER INSERT ON stored_events
    WHEN NEW.rowid <> 1 + (SELECT coalesce(max(rowid), 0) FROM stored_events WHERE rowid < NEW.rowid)
        OR EXISTS (SELECT 1 FROM stored_events WHERE rowid > NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: this place is taken or skipped'); END;
CREATE TRIGGER commands_money_stays BEFORE DELETE ON commands WHEN OLD.kept
    BEGIN SELECT RAISE(ABORT, 'the key of a payment stays'); END;
"""


def upgrade() -> None:
    raw = op.get_bind().connection
    if op.get_context().dialect.name == "postgresql":
        raw.cursor().execute(POSTGRESQL.format(**context.config.attributes["roles"]))
    else:
        for statement in _statements(SQLITE):
            op.get_bind().exec_driver_sql(statement)


def _statements(script: str) -> list[str]:
    """Split at the ends of statements; a trigger's inner semicolon is followed by END."""
    parts, statement = [], ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if line.endswith(";") and not line.endswith("; END;;"):
            parts.append(statement.rstrip().removesuffix(";"))
            statement = ""
    return parts
