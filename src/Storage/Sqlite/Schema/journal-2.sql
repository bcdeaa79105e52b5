-- Records under one number made of the container's and the first seq (RecordKey): rows of a plain table stay on their page up to 4 KB, and
-- one append dirties one page of it. Still in the order in which they are read: a scan of one container's headers walks neighbouring pages.
CREATE TABLE records_by_key (
    id        INTEGER PRIMARY KEY,
    last_seq  INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    append_id BLOB NOT NULL,
    body      INTEGER NOT NULL,
    headers   BLOB NOT NULL
);
INSERT INTO records_by_key (id, last_seq, time, append_id, body, headers)
SELECT container << 43 | first_seq, last_seq, time, append_id, body, headers FROM records ORDER BY container, first_seq;
DROP TABLE records;
ALTER TABLE records_by_key RENAME TO records;
