-- Everything but the journal. Times are UTC ticks of 100 ns since 0001-01-01, which hold every moment exactly.

-- Every incarnation there ever was: none is deleted, so no number is given twice.
CREATE TABLE registered_containers (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    digest_key BLOB NOT NULL,
    closed     INTEGER NOT NULL
);
CREATE TABLE registered_destinations (
    container INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    id        TEXT NOT NULL,
    closed    INTEGER NOT NULL,
    PRIMARY KEY (container, number)
) WITHOUT ROWID;

CREATE TABLE destinations (
    container        INTEGER NOT NULL,
    number           INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    cursor           INTEGER NOT NULL,
    done             BLOB NOT NULL,
    claimed          INTEGER NOT NULL,
    lease_owner      INTEGER NOT NULL,
    lease_until      INTEGER NOT NULL,
    stop_reason      INTEGER,
    stop_until       INTEGER,
    stop_words       TEXT,
    stop_credentials TEXT,
    delivered        INTEGER NOT NULL,
    rejected         INTEGER NOT NULL,
    expired          INTEGER NOT NULL,
    parked           INTEGER NOT NULL,
    cancelled        INTEGER NOT NULL,
    erased           INTEGER NOT NULL,
    consent_denied   INTEGER NOT NULL,
    closed           INTEGER NOT NULL,
    PRIMARY KEY (container, number)
) WITHOUT ROWID;

CREATE TABLE parked (
    container   INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    id          TEXT NOT NULL,
    seqs        BLOB NOT NULL,
    due         INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    in_flight   INTEGER NOT NULL,
    copy        BLOB NOT NULL,
    PRIMARY KEY (container, destination, id)
) WITHOUT ROWID;
CREATE INDEX parked_due ON parked (container, destination, due);

CREATE TABLE calls (
    container       INTEGER NOT NULL,
    destination     INTEGER NOT NULL,
    id              TEXT NOT NULL,
    time            INTEGER NOT NULL,
    duration        INTEGER NOT NULL,
    first_seq       INTEGER NOT NULL,
    last_seq        INTEGER NOT NULL,
    seqs            BLOB NOT NULL,
    outcome         INTEGER NOT NULL,
    status          INTEGER,
    words           TEXT,
    maybe_duplicate INTEGER NOT NULL,
    UNIQUE (container, destination, id)
);
-- The last seq first: who looks a call up mostly looks for a recent one, near the end.
CREATE INDEX calls_seq ON calls (container, destination, last_seq, first_seq);
CREATE INDEX calls_time ON calls (time);

CREATE TABLE buckets (
    quota_key      TEXT PRIMARY KEY,
    reserved_until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE visitors (
    container INTEGER NOT NULL,
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    record    BLOB NOT NULL,
    UNIQUE (container, id)
);
CREATE INDEX visitors_last_seen ON visitors (last_seen);
