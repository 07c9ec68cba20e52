-- Credit notes over a part, credit of clients, write-offs, and what is written on an invoice besides its lines.

PRAGMA user_version = 7;

-- A script that runs again names its payment again, and does not pay twice.
ALTER TABLE payment ADD COLUMN reference TEXT;
CREATE UNIQUE INDEX payment_reference ON payment (invoice_id, reference) WHERE reference IS NOT NULL;

ALTER TABLE invoice ADD COLUMN tax_rounding TEXT;       -- JSON: by what the tax of a credit note differs from base times rate
ALTER TABLE invoice ADD COLUMN backdated INTEGER NOT NULL DEFAULT 0 CHECK (backdated IN (0, 1));
ALTER TABLE invoice ADD COLUMN purchase_order TEXT;
ALTER TABLE invoice ADD COLUMN project_reference TEXT;
ALTER TABLE invoice ADD COLUMN introduction TEXT;       -- above the lines
ALTER TABLE invoice ADD COLUMN closing TEXT;            -- below the totals
CREATE INDEX invoice_issued ON invoice (kind, issue_date) WHERE number IS NOT NULL;

-- Of a line of a credit note: the place of the line that it takes back.
ALTER TABLE invoice_line ADD COLUMN credits INTEGER;

-- Credit of an invoice that was paid or credited above its total: it pays another invoice, or is paid back.
CREATE TABLE credit_use (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),    -- whose credit it is
    to_invoice_id INTEGER REFERENCES invoice (id),          -- what it pays; none: paid back to the client
    day TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    method TEXT,
    CHECK (to_invoice_id IS NULL OR to_invoice_id <> invoice_id)
) STRICT;
CREATE INDEX credit_use_invoice ON credit_use (invoice_id);
CREATE INDEX credit_use_to ON credit_use (to_invoice_id) WHERE to_invoice_id IS NOT NULL;

CREATE TABLE write_off (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL UNIQUE REFERENCES invoice (id),
    day TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT
) STRICT;

-- Texts on the documents of a client, in place of those of the business.
CREATE TABLE client_text (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (client_id, key)
) STRICT;
