-- Retainers: terms that change from a day on, periods that an invoice closed, and lines that name their retainer.

PRAGMA user_version = 5;

-- What is agreed from the first day of a period on; before the first of them what stands with the retainer.
CREATE TABLE retainer_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    retainer_id INTEGER NOT NULL REFERENCES retainer (id),
    from_day TEXT NOT NULL,
    allowance INTEGER NOT NULL CHECK (allowance >= 0),
    fee INTEGER CHECK (fee >= 0),
    carry_cap INTEGER CHECK (carry_cap >= 0),
    carry_periods INTEGER CHECK (carry_periods >= 0),
    overage TEXT NOT NULL CHECK (overage IN ('bill', 'carry', 'absorb')),
    overage_rate INTEGER CHECK (overage_rate >= 0),
    UNIQUE (retainer_id, from_day)
) STRICT;

-- A period that an invoice or draft closed: it stays as it was then. The rows go when the invoice is void.
CREATE TABLE retainer_close (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    retainer_id INTEGER NOT NULL REFERENCES retainer (id),
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    UNIQUE (retainer_id, period_from)
) STRICT;
CREATE INDEX retainer_close_invoice ON retainer_close (invoice_id);

-- What a closed period drew of an entry: seconds, or minor units of money.
CREATE TABLE retainer_draw (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    close_id INTEGER NOT NULL REFERENCES retainer_close (id),
    entry_id INTEGER NOT NULL UNIQUE REFERENCES entry (id),
    amount INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;
CREATE INDEX retainer_draw_close ON retainer_draw (close_id);

-- The retainer that a fee or overage is of. Lines from before have none: a client had one retainer at a time.
ALTER TABLE invoice_line ADD COLUMN retainer_id INTEGER REFERENCES retainer (id);
