-- What the pages sum and filter by.
--
-- Servers of the releases before write no sums of months: they must stop. What they spread is spread again by the server that
-- migrates, before it serves.

ALTER TABLE portal_schema ADD COLUMN spread bigint NOT NULL DEFAULT 1;

ALTER TABLE entry ADD COLUMN phase text COLLATE "C";

-- Whole months by all that a filter tells apart, made when a month is committed: sums over years read these few rows and no entries.
CREATE TABLE month_sum (
    client_id bigint  NOT NULL,
    month     text    COLLATE "C" NOT NULL,
    chunk_id  bigint  NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
    project   text    COLLATE "C" NOT NULL,
    phase     text    COLLATE "C",
    task      text    COLLATE "C",
    member    text    COLLATE "C" NOT NULL,
    billable  boolean NOT NULL,
    entries   bigint  NOT NULL,
    seconds   bigint  NOT NULL,
    minor     bigint,
    currency  text    COLLATE "C"
);
CREATE INDEX month_sum_by_month ON month_sum (client_id, month);
CREATE INDEX month_sum_by_chunk ON month_sum (chunk_id);

ALTER TABLE month_sum ENABLE ROW LEVEL SECURITY;
ALTER TABLE month_sum FORCE ROW LEVEL SECURITY;
CREATE POLICY month_sum_of_client ON month_sum USING (
    (SELECT nullif(current_setting('loggia.client', true), '') IS NULL)
    OR client_id = (SELECT nullif(current_setting('loggia.client', true), '')::bigint)
);

-- What a list of invoices is filtered by, and what its sums are made of.
ALTER TABLE invoice ADD COLUMN due_date date;
ALTER TABLE invoice ADD COLUMN is_credit boolean NOT NULL DEFAULT false;
ALTER TABLE invoice ADD COLUMN currency text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE invoice ADD COLUMN net bigint NOT NULL DEFAULT 0;
ALTER TABLE invoice ADD COLUMN balance bigint NOT NULL DEFAULT 0;
CREATE INDEX invoice_open_by_date ON invoice (client_id, issue_date DESC, number DESC) WHERE is_open;

UPDATE portal_schema SET version = 3, needs = 3;
