-- What the pages sum and filter by. A released file never changes.

ALTER TABLE entry ADD COLUMN phase TEXT;

-- Whole months by all that a filter tells apart, made when a month is committed: sums over years read these few rows and no entries.
CREATE TABLE month_sum (
    client_id INTEGER NOT NULL,
    month     TEXT    NOT NULL,
    chunk_id  INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
    project   TEXT    NOT NULL,
    phase     TEXT,
    task      TEXT,
    member    TEXT    NOT NULL,
    billable  INTEGER NOT NULL CHECK (billable IN (0, 1)),
    entries   INTEGER NOT NULL,
    seconds   INTEGER NOT NULL,
    minor     INTEGER,
    currency  TEXT
) STRICT;
CREATE INDEX month_sum_by_month ON month_sum (client_id, month);
CREATE INDEX month_sum_by_chunk ON month_sum (chunk_id);

-- What a list of invoices is filtered by, and what its sums are made of.
ALTER TABLE invoice ADD COLUMN due_date TEXT;
ALTER TABLE invoice ADD COLUMN is_credit INTEGER NOT NULL DEFAULT 0 CHECK (is_credit IN (0, 1));
ALTER TABLE invoice ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice ADD COLUMN net INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN balance INTEGER NOT NULL DEFAULT 0;
CREATE INDEX invoice_open_by_date ON invoice (client_id, issue_date DESC, number DESC) WHERE is_open = 1;
