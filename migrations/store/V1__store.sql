-- The local store. Forward only: a file that was released never changes.
-- Money is in minor units, rates and percents in ten thousandths, instants in seconds since 1970 UTC, days as 'YYYY-MM-DD'.
-- Every row is written through one door that records it in `operation` and `change`; AUTOINCREMENT, so that a key is never used again.

PRAGMA application_id = 1282367335; -- 'Logg'
PRAGMA user_version = 1;

CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    command TEXT NOT NULL,
    program TEXT NOT NULL,
    undoes INTEGER REFERENCES operation (id),
    undone_by INTEGER REFERENCES operation (id),
    final TEXT                          -- why it cannot be undone
) STRICT;

CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id INTEGER NOT NULL REFERENCES operation (id),
    noun TEXT NOT NULL,                 -- the table
    row_id INTEGER NOT NULL,
    before TEXT,                        -- JSON; NULL: the row was made
    after TEXT                          -- JSON; NULL: the row was removed
) STRICT;
CREATE INDEX change_operation ON change (operation_id);
CREATE INDEX change_row ON change (noun, row_id, operation_id);

-- Whom an operation concerns, for `history --client` and the sync; client 0: everybody.
CREATE TABLE touched (
    client_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL REFERENCES operation (id),
    PRIMARY KEY (client_id, operation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE member (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    role TEXT,
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

CREATE TABLE client (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('individual', 'company')),
    stage TEXT NOT NULL CHECK (stage IN ('lead', 'active', 'archived')),
    stage_before_archive TEXT CHECK (stage_before_archive IN ('lead', 'active')),
    email TEXT,
    phone TEXT,
    website TEXT,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    address TEXT,
    country TEXT,
    tax_id TEXT,
    notes TEXT,
    billable INTEGER NOT NULL DEFAULT 1 CHECK (billable IN (0, 1))
) STRICT;

CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    position TEXT,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1))
) STRICT;
CREATE INDEX contact_client ON contact (client_id);
CREATE UNIQUE INDEX contact_primary ON contact (client_id) WHERE is_primary = 1;

CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    email TEXT NOT NULL,
    name TEXT,
    role TEXT NOT NULL CHECK (role IN ('full', 'finance', 'work')),
    party TEXT NOT NULL CHECK (party IN ('client', 'accountant', 'bookkeeper')),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    invitation_hash TEXT NOT NULL,
    invitation_expires INTEGER NOT NULL,
    accepted INTEGER,
    last_sign_in INTEGER,
    UNIQUE (client_id, email)
) STRICT;

CREATE TABLE project (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    budget_seconds INTEGER CHECK (budget_seconds >= 0),
    due TEXT,
    billable INTEGER NOT NULL DEFAULT 1 CHECK (billable IN (0, 1)),
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    UNIQUE (client_id, slug)
) STRICT;

CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    billable INTEGER NOT NULL DEFAULT 1 CHECK (billable IN (0, 1)),
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    UNIQUE (project_id, name)
) STRICT;

CREATE TABLE rate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER REFERENCES client (id),
    project_id INTEGER REFERENCES project (id),
    task_id INTEGER REFERENCES task (id),
    member_id INTEGER REFERENCES member (id),
    from_day TEXT,
    amount INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;

CREATE TABLE timer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id INTEGER NOT NULL UNIQUE REFERENCES member (id),
    project_id INTEGER NOT NULL REFERENCES project (id),
    task_id INTEGER REFERENCES task (id),
    started INTEGER NOT NULL,
    note TEXT,
    billable INTEGER CHECK (billable IN (0, 1)),
    tags TEXT NOT NULL DEFAULT '[]'
) STRICT;

CREATE TABLE retainer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    kind TEXT NOT NULL CHECK (kind IN ('hours', 'money')),
    per TEXT NOT NULL CHECK (per IN ('week', 'month', 'quarter', 'year', 'term')),
    allowance INTEGER NOT NULL CHECK (allowance >= 0),
    fee INTEGER CHECK (fee >= 0),
    start TEXT NOT NULL,
    until TEXT,
    prorate INTEGER NOT NULL CHECK (prorate IN (0, 1)),
    carry_cap INTEGER CHECK (carry_cap >= 0),
    carry_periods INTEGER CHECK (carry_periods >= 0),
    overage TEXT NOT NULL CHECK (overage IN ('bill', 'carry', 'absorb')),
    overage_rate INTEGER CHECK (overage_rate >= 0),
    CHECK (until IS NULL OR until >= start)
) STRICT;
CREATE INDEX retainer_client ON retainer (client_id);

CREATE TABLE retainer_project (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    retainer_id INTEGER NOT NULL REFERENCES retainer (id),
    project_id INTEGER NOT NULL REFERENCES project (id),
    UNIQUE (retainer_id, project_id)
) STRICT;

CREATE TABLE invoice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'void')),
    number TEXT UNIQUE,
    counter TEXT,                       -- what the number counts within: '2026'
    sequence INTEGER,                   -- its place there
    corrects INTEGER REFERENCES invoice (id),
    issue_date TEXT NOT NULL,
    due_date TEXT,
    period_from TEXT,
    period_to TEXT,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    seller TEXT NOT NULL,               -- JSON: name and address as on the document
    buyer TEXT NOT NULL,
    payment_terms TEXT,
    discount INTEGER NOT NULL DEFAULT 0,
    total INTEGER,                      -- as issued; `check` adds the lines again
    document_sha256 TEXT,               -- of the PDF in `file`
    document_face TEXT,                 -- digest of the published invoice it was drawn from
    sent INTEGER,
    viewed INTEGER,
    UNIQUE (kind, counter, sequence),
    CHECK ((state = 'draft') = (number IS NULL))
) STRICT;
CREATE INDEX invoice_client ON invoice (client_id, issue_date);

CREATE TABLE invoice_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    position INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('time', 'retainer-fee', 'overage', 'fixed')),
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
    UNIQUE (invoice_id, position)
) STRICT;

CREATE TABLE payment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    day TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    method TEXT
) STRICT;
CREATE INDEX payment_invoice ON payment (invoice_id);

CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project (id),
    task_id INTEGER REFERENCES task (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    day TEXT NOT NULL,
    started INTEGER,
    ended INTEGER,
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    billable INTEGER CHECK (billable IN (0, 1)),
    note TEXT,
    internal_note TEXT,
    rate INTEGER CHECK (rate >= 0),
    tags TEXT NOT NULL DEFAULT '[]',
    invoice_id INTEGER REFERENCES invoice (id),
    source TEXT,                        -- where an imported entry comes from: 'toggl'
    source_key TEXT,                    -- what identifies it there
    CHECK ((started IS NULL) = (ended IS NULL)),
    CHECK (started IS NULL OR ended - started = seconds)
) STRICT;
CREATE INDEX entry_project_day ON entry (project_id, day);
CREATE INDEX entry_day ON entry (day);
CREATE INDEX entry_member_start ON entry (member_id, started) WHERE started IS NOT NULL;
CREATE INDEX entry_unbilled ON entry (project_id) WHERE invoice_id IS NULL;
CREATE INDEX entry_invoice ON entry (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE UNIQUE INDEX entry_source ON entry (source, source_key) WHERE source IS NOT NULL;

-- What a line billed, kept when the invoice is void and the entry open again.
CREATE TABLE billed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL REFERENCES invoice_line (id),
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    seconds INTEGER NOT NULL,           -- billed time
    live INTEGER NOT NULL CHECK (live IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX billed_once ON billed (entry_id) WHERE live = 1;
CREATE INDEX billed_line ON billed (line_id);

CREATE TABLE visibility (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER REFERENCES client (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX visibility_client ON visibility (client_id, key) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX visibility_global ON visibility (key) WHERE client_id IS NULL;

-- Files by content; never changed, so not in the log.
CREATE TABLE file (
    sha256 TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What the portal is known to hold; state of this machine, not of the books, so not in the log.
CREATE TABLE pushed (
    client_id INTEGER PRIMARY KEY REFERENCES client (id),
    portal TEXT NOT NULL,
    revision INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    operation_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- The secret from which public ids are made, and the place in the portal's events.
CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL,
    event_cursor INTEGER NOT NULL DEFAULT 0
) STRICT;
