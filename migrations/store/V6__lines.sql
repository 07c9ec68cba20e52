-- Lines and taxes of invoices: expenses, deposits, discounts, surcharges, several taxes, rates by country.

PRAGMA user_version = 6;

-- Lines have more sources than before. SQLite changes no CHECK: the table is made anew, while foreign keys are off.
CREATE TABLE invoice_line_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    position INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('time', 'retainer-fee', 'overage', 'expense', 'deposit', 'fixed')),
    project_id INTEGER REFERENCES project (id),
    task_id INTEGER REFERENCES task (id),
    seconds INTEGER,
    period_from TEXT,
    period_to TEXT,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,          -- ten thousandths
    unit TEXT NOT NULL,
    unit_price INTEGER NOT NULL,        -- ten thousandths of the major unit
    net INTEGER NOT NULL,
    tax_category TEXT NOT NULL,
    tax_rate INTEGER NOT NULL,          -- ten thousandths of a percent
    retainer_id INTEGER REFERENCES retainer (id),
    expense_id INTEGER,                 -- no reference: one on a void invoice is open again, and may go
    deposit_id INTEGER REFERENCES invoice (id),     -- the deposit that is taken off; NULL: the line is one
    adjustment INTEGER,                 -- part of the net; below zero a discount, above a surcharge
    adjustment_percent INTEGER,         -- ten thousandths
    adjustment_reason TEXT,
    taxes TEXT,                         -- where they have names: GST 5 + PST 7
    UNIQUE (invoice_id, position),
    CHECK ((source = 'expense') = (expense_id IS NOT NULL)),
    CHECK (deposit_id IS NULL OR source = 'deposit')
) STRICT;
-- A key is never used again, also not that of a line which is gone.
INSERT INTO sqlite_sequence (name, seq) SELECT 'invoice_line_next', seq FROM sqlite_sequence WHERE name = 'invoice_line';
INSERT INTO invoice_line_next (id, invoice_id, position, source, project_id, task_id, seconds, period_from, period_to, description,
    quantity, unit, unit_price, net, tax_category, tax_rate, retainer_id)
SELECT id, invoice_id, position, source, project_id, task_id, seconds, period_from, period_to, description, quantity, unit,
    unit_price, net, tax_category, tax_rate, retainer_id FROM invoice_line;
DROP TABLE invoice_line;
ALTER TABLE invoice_line_next RENAME TO invoice_line;
CREATE INDEX invoice_line_expense ON invoice_line (expense_id) WHERE expense_id IS NOT NULL;
CREATE INDEX invoice_line_deposit ON invoice_line (deposit_id) WHERE deposit_id IS NOT NULL;

ALTER TABLE invoice ADD COLUMN discount_percent INTEGER;    -- ten thousandths
ALTER TABLE invoice ADD COLUMN discount_reason TEXT;
ALTER TABLE invoice ADD COLUMN surcharge INTEGER NOT NULL DEFAULT 0 CHECK (surcharge >= 0);
ALTER TABLE invoice ADD COLUMN surcharge_percent INTEGER;
ALTER TABLE invoice ADD COLUMN surcharge_reason TEXT;
ALTER TABLE invoice ADD COLUMN tax_note TEXT;               -- why no tax is charged
-- Of a deposit: the invoice or draft that takes it off.
ALTER TABLE invoice ADD COLUMN deducted_by INTEGER REFERENCES invoice (id);
CREATE INDEX invoice_deducted_by ON invoice (deducted_by) WHERE deducted_by IS NOT NULL;

-- Rates of tax by country, as the user keeps them.
CREATE TABLE tax_rate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    country TEXT NOT NULL,
    name TEXT NOT NULL,
    percent INTEGER NOT NULL CHECK (percent >= 0),  -- ten thousandths
    from_day TEXT
) STRICT;
CREATE UNIQUE INDEX tax_rate_day ON tax_rate (country, name, coalesce(from_day, ''));

-- How a client is taxed, where it is not as the business is.
CREATE TABLE client_tax (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL UNIQUE REFERENCES client (id),
    treatment TEXT,
    note TEXT
) STRICT;
