-- One row an entry, one tree to put it into, and one row a month for the choices of a filter. What an entry says stands in the part it
-- came with. Whatever was spread is spread again from the parts.

DROP TABLE facet;
DROP TABLE entry_text;
DROP TABLE entry;
DROP TABLE month_sum;

-- The entries of a client in the order in which they are shown, so that filters and pages do not read whole months.
CREATE TABLE entry (
    client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    day       TEXT    NOT NULL,
    -- Its place in its month.
    ordinal   INTEGER NOT NULL,
    seconds   INTEGER NOT NULL,
    billable  INTEGER NOT NULL CHECK (billable IN (0, 1)),
    project   TEXT    NOT NULL,
    phase     TEXT,
    task      TEXT,
    member    TEXT    NOT NULL,
    minor     INTEGER,
    currency  TEXT,
    -- What a search looks in.
    search    TEXT    NOT NULL,
    -- The bytes of the month's part that say it.
    start     INTEGER NOT NULL,
    length    INTEGER NOT NULL,
    PRIMARY KEY (client_id, day DESC, ordinal)
) STRICT, WITHOUT ROWID;

-- Whole months by all that a filter tells apart, made when a month is committed: sums over years read these few rows and no entries.
CREATE TABLE month_sum (
    client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    month     TEXT    NOT NULL,
    ordinal   INTEGER NOT NULL,
    project   TEXT    NOT NULL,
    phase     TEXT,
    task      TEXT,
    member    TEXT    NOT NULL,
    billable  INTEGER NOT NULL CHECK (billable IN (0, 1)),
    entries   INTEGER NOT NULL,
    seconds   INTEGER NOT NULL,
    minor     INTEGER,
    currency  TEXT,
    PRIMARY KEY (client_id, month DESC, ordinal)
) STRICT, WITHOUT ROWID;

-- The choices a filter offers, by month: a list each of projects, phases, tasks and members, as JSON.
CREATE TABLE facet (
    client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    month     TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (client_id, month)
) STRICT, WITHOUT ROWID;
