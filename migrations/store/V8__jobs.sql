-- Schedules of invoices, and what `run` has done.

PRAGMA user_version = 8;

-- An invoice every so many weeks, months or years. Its dates follow from these terms and are not kept.
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    unit TEXT NOT NULL CHECK (unit IN ('week', 'month', 'year')),
    every INTEGER NOT NULL CHECK (every > 0),
    wanted INTEGER NOT NULL,            -- day of the month, 31 being its end; of weeks the weekday, Monday being 1
    start TEXT NOT NULL,
    until TEXT,
    times INTEGER CHECK (times > 0),
    work INTEGER NOT NULL CHECK (work IN (0, 1)),
    group_by TEXT NOT NULL,
    draft INTEGER NOT NULL CHECK (draft IN (0, 1)),
    terms_days INTEGER CHECK (terms_days >= 0),
    paused TEXT                         -- since when
) STRICT;
CREATE INDEX schedule_client ON schedule (client_id);

CREATE TABLE schedule_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule_id INTEGER NOT NULL REFERENCES schedule (id),
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,          -- ten thousandths
    unit TEXT NOT NULL,
    unit_price INTEGER NOT NULL,        -- ten thousandths of the major unit
    adjustment TEXT,                    -- `-10%` or `+5.00` on each line
    tax_category TEXT,
    tax_rate INTEGER,                   -- ten thousandths of a percent
    CHECK ((tax_category IS NULL) = (tax_rate IS NULL))
) STRICT;
CREATE INDEX schedule_item_schedule ON schedule_item (schedule_id);

-- Dates that are left out.
CREATE TABLE schedule_skip (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule_id INTEGER NOT NULL REFERENCES schedule (id),
    day TEXT NOT NULL,
    UNIQUE (schedule_id, day)
) STRICT;

-- What was done, by its key; written in the transaction of its effect.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    period TEXT NOT NULL,
    day TEXT NOT NULL,                  -- on which it was done
    outcome TEXT NOT NULL,
    client_id INTEGER REFERENCES client (id),
    invoice_id INTEGER REFERENCES invoice (id),     -- NULL again when it was a draft that was deleted
    taken_back_told INTEGER NOT NULL DEFAULT 0 CHECK (taken_back_told IN (0, 1)),
    UNIQUE (kind, subject, period)
) STRICT;
CREATE INDEX job_invoice ON job (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX job_client ON job (client_id) WHERE client_id IS NOT NULL;
