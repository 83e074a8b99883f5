"""What proves the log: tiles of its Merkle tree, checkpoints over them, their signatures, and why sealing halted.

Revision ID: 0002
"""

from alembic import context, op

revision = "0002"
down_revision = "0001"

# A partial tile gives way to a wider one of the same place; nothing else is ever taken away.
POSTGRESQL = """
CREATE TABLE log.tiles (
    epoch integer NOT NULL, level integer NOT NULL, number bigint NOT NULL,
    width integer NOT NULL CHECK (width BETWEEN 1 AND 256),
    hashes bytea NOT NULL CHECK (length(hashes) = 32 * width),
    first_position bigint, positions bytea CHECK (length(positions) = 8 * width),
    PRIMARY KEY (epoch, level, number, width));
CREATE INDEX tiles_position_idx ON log.tiles (epoch, first_position) WHERE first_position IS NOT NULL;
CREATE TABLE log.checkpoints (
    epoch integer NOT NULL, size bigint NOT NULL CHECK (size > 0), root bytea NOT NULL CHECK (length(root) = 32),
    through bigint NOT NULL, at text NOT NULL, PRIMARY KEY (epoch, size));
CREATE TABLE log.signatures (
    epoch integer NOT NULL, size bigint NOT NULL, line text NOT NULL, PRIMARY KEY (epoch, size, line),
    FOREIGN KEY (epoch, size) REFERENCES log.checkpoints);
CREATE TABLE log.halts (
    epoch integer PRIMARY KEY, code text NOT NULL, detail text NOT NULL, at text NOT NULL);
CREATE FUNCTION log.refuse_tile() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN
        IF OLD.width < 256 AND EXISTS (
            SELECT 1 FROM log.tiles AS t WHERE t.epoch = OLD.epoch AND t.level = OLD.level
                AND t.number = OLD.number AND t.width > OLD.width) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the log is append-only: DELETE of tiles refused';
    END$$;
CREATE TRIGGER tiles_stay BEFORE DELETE ON log.tiles FOR EACH ROW EXECUTE FUNCTION log.refuse_tile();
CREATE TRIGGER append_only BEFORE UPDATE ON log.tiles FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.tiles FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE log.tiles ENABLE ALWAYS TRIGGER tiles_stay;
ALTER TABLE log.tiles ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.tiles ENABLE ALWAYS TRIGGER never_emptied;
GRANT SELECT, INSERT, DELETE ON log.tiles TO {sealer};
GRANT SELECT ON log.tiles, log.checkpoints, log.signatures, log.halts TO {writer}, {auditor};
GRANT SELECT, INSERT ON log.checkpoints, log.signatures, log.halts TO {sealer};
"""

POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log.{table} FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.{table} FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER never_emptied;
"""

SQLITE = (
    """CREATE TABLE tiles (
    epoch INTEGER NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL,
    width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 256),
    hashes BLOB NOT NULL CHECK (length(hashes) = 32 * width),
    first_position INTEGER, positions BLOB CHECK (length(positions) = 8 * width),
    PRIMARY KEY (epoch, level, number, width)) WITHOUT ROWID""",
    "CREATE INDEX tiles_position_idx ON tiles (epoch, first_position) WHERE first_position IS NOT NULL",
    """CREATE TABLE checkpoints (
    epoch INTEGER NOT NULL, size INTEGER NOT NULL CHECK (size > 0), root BLOB NOT NULL CHECK (length(root) = 32),
    through INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (epoch, size)) WITHOUT ROWID""",
    """CREATE TABLE signatures (
    epoch INTEGER NOT NULL, size INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (epoch, size, line),
    FOREIGN KEY (epoch, size) REFERENCES checkpoints) WITHOUT ROWID""",
    """CREATE TABLE halts (
    epoch INTEGER PRIMARY KEY, code TEXT NOT NULL, detail TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TRIGGER tiles_stay BEFORE DELETE ON tiles
    WHEN NOT EXISTS (SELECT 1 FROM tiles WHERE epoch = OLD.epoch AND level = OLD.level
                     AND number = OLD.number AND width > OLD.width)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: DELETE of tiles refused'); END""",
    """CREATE TRIGGER tiles_no_replace BEFORE INSERT ON tiles
    WHEN EXISTS (SELECT 1 FROM tiles WHERE epoch = NEW.epoch AND level = NEW.level
                 AND number = NEW.number AND width = NEW.width)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: this tile is there'); END""",
    """CREATE TRIGGER tiles_no_update BEFORE UPDATE ON tiles
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: UPDATE of tiles refused'); END""",
)

SQLITE_KEYS = {"checkpoints": "epoch = NEW.epoch AND size = NEW.size", "halts": "epoch = NEW.epoch",
               "signatures": "epoch = NEW.epoch AND size = NEW.size AND line = NEW.line"}  # fmt: skip


def upgrade() -> None:
    raw = op.get_bind().connection
    if op.get_context().dialect.name == "postgresql":
        cursor = raw.cursor()
        cursor.execute(POSTGRESQL.format(**context.config.attributes["roles"]))
        for table in SQLITE_KEYS:
            cursor.execute(POSTGRESQL_APPEND_ONLY.format(table=table))
        return
    for statement in SQLITE:
        op.get_bind().exec_driver_sql(statement)
    for table, same in SQLITE_KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.get_bind().exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'the log is append-only: {verb} of {table} refused'); END"
            )
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
            f" BEGIN SELECT RAISE(ABORT, 'the log is append-only: this place in {table} is taken'); END"
        )
