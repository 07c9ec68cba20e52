-- Time and what stands around it: phases, activities, budgets, rounding, costs, approval, expenses.

PRAGMA user_version = 4;

-- Stores that were made while it was unique.
DROP INDEX client_tax_id;
CREATE INDEX client_tax_id ON client (tax_id) WHERE tax_id IS NOT NULL;

-- Parts of a project in time, each with a budget of its own.
CREATE TABLE phase (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    budget_seconds INTEGER CHECK (budget_seconds >= 0),
    budget_money INTEGER CHECK (budget_money >= 0),
    due TEXT,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    UNIQUE (project_id, name),
    CHECK (budget_seconds IS NULL OR budget_money IS NULL)
) STRICT;

-- Codes for what kind of work it is, with an explanation that clients can read; of the whole business, or of a project.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER REFERENCES project (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    explanation TEXT,
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX activity_project ON activity (project_id, code) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX activity_global ON activity (code) WHERE project_id IS NULL;

-- A budget is in hours (budget_seconds) or in money (minor units), for the whole project or anew each month.
ALTER TABLE project ADD COLUMN budget_money INTEGER CHECK (budget_money >= 0);
ALTER TABLE project ADD COLUMN budget_per TEXT NOT NULL DEFAULT 'total' CHECK (budget_per IN ('total', 'month'));
ALTER TABLE project ADD COLUMN budget_counts TEXT NOT NULL DEFAULT 'billable' CHECK (budget_counts IN ('billable', 'all'));
ALTER TABLE project ADD COLUMN thresholds TEXT;     -- JSON list of percents; NULL: those of the business

ALTER TABLE task ADD COLUMN doing INTEGER NOT NULL DEFAULT 0 CHECK (doing IN (0, 1));
ALTER TABLE task ADD COLUMN due TEXT;
ALTER TABLE task ADD COLUMN assignee_id INTEGER REFERENCES member (id);
ALTER TABLE task ADD COLUMN phase_id INTEGER REFERENCES phase (id);
ALTER TABLE task ADD COLUMN shared INTEGER NOT NULL DEFAULT 1 CHECK (shared IN (0, 1));

-- Billed time over worked time: the policy in force on a day. Neither client nor project: the business's.
CREATE TABLE rounding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER REFERENCES client (id),
    project_id INTEGER REFERENCES project (id),
    from_day TEXT,
    mode TEXT NOT NULL CHECK (mode IN ('none', 'up', 'nearest', 'down')),
    step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 480),           -- minutes
    minimum INTEGER NOT NULL CHECK (minimum BETWEEN 0 AND 1440),    -- minutes
    scope TEXT NOT NULL CHECK (scope IN ('entry', 'day', 'line'))
) STRICT;

-- How long an entry was when it was billed; NULL, from before there was rounding: as long as it was billed.
ALTER TABLE billed ADD COLUMN worked INTEGER;

-- What an hour of a member costs the business.
CREATE TABLE cost (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id INTEGER NOT NULL REFERENCES member (id),
    from_day TEXT,
    amount INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;

ALTER TABLE entry ADD COLUMN phase_id INTEGER REFERENCES phase (id);
ALTER TABLE entry ADD COLUMN activity_id INTEGER REFERENCES activity (id);
ALTER TABLE entry ADD COLUMN approval TEXT CHECK (approval IN ('submitted', 'approved', 'rejected'));
ALTER TABLE entry ADD COLUMN approval_note TEXT;    -- why it was rejected

-- Keys of imported entries that were merged into another: their rows are known again by it.
CREATE TABLE imported_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    source TEXT NOT NULL,
    source_key TEXT NOT NULL
) STRICT;
CREATE INDEX imported_key_entry ON imported_key (entry_id);

-- Few entries wait for an answer, and they are asked for often.
CREATE INDEX entry_submitted ON entry (day, member_id) WHERE approval = 'submitted';

ALTER TABLE timer ADD COLUMN phase_id INTEGER REFERENCES phase (id);
ALTER TABLE timer ADD COLUMN activity_id INTEGER REFERENCES activity (id);
ALTER TABLE timer ADD COLUMN internal_note TEXT;
ALTER TABLE timer ADD COLUMN rate INTEGER CHECK (rate >= 0);    -- of what is taken up again

-- What was spent for a project: an amount, or a quantity at a price (12.5 km at 0.30).
CREATE TABLE expense (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    day TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),     -- minor units of the client's currency, with tax
    category TEXT,
    tax_rate INTEGER CHECK (tax_rate >= 0),         -- ten thousandths of a percent, contained in the amount
    markup INTEGER NOT NULL DEFAULT 0 CHECK (markup >= 0),
    quantity INTEGER CHECK (quantity > 0),          -- ten thousandths
    unit TEXT,
    unit_price INTEGER CHECK (unit_price >= 0),     -- ten thousandths of the major unit
    billable INTEGER CHECK (billable IN (0, 1)),
    note TEXT,
    internal_note TEXT,
    receipt_sha256 TEXT,                            -- of the bytes in `file`
    receipt_name TEXT,
    invoice_id INTEGER REFERENCES invoice (id),
    CHECK ((quantity IS NULL) = (unit_price IS NULL)),
    CHECK ((receipt_sha256 IS NULL) = (receipt_name IS NULL))
) STRICT;
CREATE INDEX expense_project_day ON expense (project_id, day);
CREATE INDEX expense_invoice ON expense (invoice_id) WHERE invoice_id IS NOT NULL;

-- Sums over everything read this in its order, without sorting; those of a project in a period, and of what is unbilled, the others.
CREATE INDEX entry_sums ON entry (project_id, task_id, rate, billable, seconds);
DROP INDEX entry_project_day;
CREATE INDEX entry_project_day ON entry (project_id, day, task_id, rate, billable, seconds);
DROP INDEX entry_unbilled;
CREATE INDEX entry_unbilled ON entry (project_id, task_id, rate, billable, member_id, day, seconds) WHERE invoice_id IS NULL;
