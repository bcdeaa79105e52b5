-- One day's journal. Times are UTC ticks of 100 ns since 0001-01-01, which hold every moment exactly.

-- Every container's head, carried over from day to day: the head and the record it counts change in one transaction of one file.
CREATE TABLE heads (
    container INTEGER PRIMARY KEY,
    head      INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    totals    BLOB NOT NULL
);

-- Kept in the order in which they are read, so that a scan of one container's headers walks neighbouring pages.
CREATE TABLE records (
    container INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    append_id BLOB NOT NULL,
    body      INTEGER NOT NULL,
    headers   BLOB NOT NULL,
    PRIMARY KEY (container, first_seq)
) WITHOUT ROWID;

-- Apart, so that a scan of headers does not drag them along.
CREATE TABLE bodies (
    id   INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
