-- All of it stands in the schema "signalbox". Times are UTC ticks of 100 ns since 0001-01-01, which hold every moment exactly.

-- Every container's head: what an append moves by compare-and-set. It is not partitioned, because a unique key over days cannot refuse.
-- A row is rewritten by every append, so its page keeps room for the next version.
CREATE TABLE heads (
    container integer PRIMARY KEY,
    head      bigint NOT NULL,
    time      bigint NOT NULL,
    totals    bytea NOT NULL
) WITH (fillfactor = 40);

-- The journal, one partition per UTC day; each has the primary key (container, first_seq), see JournalPartitions. Headers and bodies that make a row
-- longer than two kilobytes stand apart from it (TOAST), the longest first, so a scan of headers reads no body that would matter. Shorter ones share the
-- row, which spares a second table and its index with every append. Neither is compressed: that costs more than it saves on digests and short JSON.
CREATE TABLE records (
    first_seq bigint NOT NULL,
    last_seq  bigint NOT NULL,
    time      bigint NOT NULL,
    container integer NOT NULL,
    append_id uuid NOT NULL,
    headers   bytea NOT NULL,
    body      bytea NOT NULL
) PARTITION BY RANGE (time);
ALTER TABLE records ALTER headers SET STORAGE EXTERNAL, ALTER body SET STORAGE EXTERNAL;

-- Every incarnation there ever was: none is deleted, so no number is given twice. The one row of registrations counts them, which is the guard
-- of the compare-and-set.
CREATE TABLE registrations (
    one     integer PRIMARY KEY CHECK (one = 1),
    version bigint NOT NULL
);
INSERT INTO registrations (one, version) VALUES (1, 0);
CREATE TABLE registered_containers (
    number     integer PRIMARY KEY,
    id         text NOT NULL,
    digest_key bytea NOT NULL,
    closed     boolean NOT NULL
);
CREATE TABLE registered_destinations (
    container integer NOT NULL,
    number    integer NOT NULL,
    id        text NOT NULL,
    closed    boolean NOT NULL,
    PRIMARY KEY (container, number)
);

CREATE TABLE destinations (
    container        integer NOT NULL,
    number           integer NOT NULL,
    version          bigint NOT NULL,
    cursor           bigint NOT NULL,
    done             bytea NOT NULL,
    claimed          bigint NOT NULL,
    lease_owner      bigint NOT NULL,
    lease_until      bigint NOT NULL,
    stop_reason      smallint,
    stop_until       bigint,
    stop_words       text,
    stop_credentials text,
    delivered        bigint NOT NULL,
    rejected         bigint NOT NULL,
    expired          bigint NOT NULL,
    parked           bigint NOT NULL,
    cancelled        bigint NOT NULL,
    erased           bigint NOT NULL,
    consent_denied   bigint NOT NULL,
    closed           boolean NOT NULL,
    PRIMARY KEY (container, number)
) WITH (fillfactor = 40);

-- Ids are compared by their bytes: the order must not depend on the server's locale, nor change with its C library.
CREATE TABLE parked (
    container   integer NOT NULL,
    destination integer NOT NULL,
    id          text COLLATE "C" NOT NULL,
    seqs        bytea NOT NULL,
    due         bigint NOT NULL,
    attempts    integer NOT NULL,
    since       bigint NOT NULL,
    reason      text NOT NULL,
    in_flight   boolean NOT NULL,
    copy        bytea NOT NULL,
    PRIMARY KEY (container, destination, id)
);
CREATE INDEX parked_due ON parked (container, destination, due, id);

CREATE TABLE calls (
    container       integer NOT NULL,
    destination     integer NOT NULL,
    id              text COLLATE "C" NOT NULL,
    number          bigint GENERATED ALWAYS AS IDENTITY,
    time            bigint NOT NULL,
    duration        bigint NOT NULL,
    first_seq       bigint NOT NULL,
    last_seq        bigint NOT NULL,
    seqs            bytea NOT NULL,
    outcome         smallint NOT NULL,
    status          integer,
    words           text,
    maybe_duplicate boolean NOT NULL,
    PRIMARY KEY (container, destination, id)
);
-- The last seq first: who looks a call up mostly looks for a recent one, near the end.
CREATE INDEX calls_seq ON calls (container, destination, last_seq, first_seq);
CREATE INDEX calls_time ON calls (time);

CREATE TABLE buckets (
    quota_key      text COLLATE "C" PRIMARY KEY,
    reserved_until bigint NOT NULL
) WITH (fillfactor = 40);

-- A shop's visitor ids may hold any character, U+0000 too, which text cannot: they are kept in UTF-8. Not the moment is indexed but its day: as long as
-- that stays, a write touches no index.
CREATE TABLE visitors (
    container integer NOT NULL,
    id        bytea NOT NULL,
    version   bigint NOT NULL,
    last_seen bigint NOT NULL,
    seen_day  bigint GENERATED ALWAYS AS (last_seen / 864000000000) STORED,
    record    bytea NOT NULL,
    PRIMARY KEY (container, id)
) WITH (fillfactor = 80);
CREATE INDEX visitors_seen_day ON visitors (seen_day);

-- The configuration that was last applied: one row at the most.
CREATE TABLE configuration (
    one        integer PRIMARY KEY CHECK (one = 1),
    version    bigint NOT NULL,
    applied_at bigint NOT NULL,
    document   text NOT NULL
);
