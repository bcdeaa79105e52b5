-- The configuration that was last applied: one row at the most.
CREATE TABLE configuration (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    version    INTEGER NOT NULL,
    applied_at INTEGER NOT NULL,
    document   TEXT NOT NULL
);
