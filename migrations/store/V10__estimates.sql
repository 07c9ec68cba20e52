-- Estimates: what work would cost, and what became of them.

PRAGMA user_version = 10;

CREATE TABLE estimate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'accepted', 'declined')),
    number TEXT UNIQUE,
    counter TEXT,
    sequence INTEGER,
    title TEXT NOT NULL,
    day TEXT NOT NULL,
    valid_until TEXT,                   -- of a draft NULL where it follows from the day of issue
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer TEXT NOT NULL,
    treatment TEXT,                     -- tax in place of the client's, as typed
    tax_note TEXT,
    discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0),
    discount_percent INTEGER,
    discount_reason TEXT,
    surcharge INTEGER NOT NULL DEFAULT 0 CHECK (surcharge >= 0),
    surcharge_percent INTEGER,
    surcharge_reason TEXT,
    introduction TEXT,
    closing TEXT,
    document_sha256 TEXT,
    sent INTEGER,                       -- when mail first brought it
    decided TEXT,
    reason TEXT,
    project_id INTEGER REFERENCES project (id),     -- what it became
    UNIQUE (counter, sequence),
    CHECK ((number IS NULL) = (counter IS NULL) AND (number IS NULL) = (sequence IS NULL)),
    CHECK ((state = 'draft') = (number IS NULL)),
    CHECK (state = 'draft' OR (valid_until IS NOT NULL AND document_sha256 IS NOT NULL)),
    CHECK ((state IN ('accepted', 'declined')) = (decided IS NOT NULL))
) STRICT;
CREATE INDEX estimate_client ON estimate (client_id);
CREATE INDEX estimate_project ON estimate (project_id) WHERE project_id IS NOT NULL;

CREATE TABLE estimate_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    estimate_id INTEGER NOT NULL REFERENCES estimate (id),
    position INTEGER NOT NULL,
    phase TEXT,
    task TEXT,                          -- NULL: an item
    seconds INTEGER CHECK (seconds > 0),
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,          -- ten thousandths
    unit TEXT NOT NULL,
    unit_price INTEGER NOT NULL,        -- ten thousandths of the major unit
    adjustment INTEGER,
    adjustment_percent INTEGER,
    adjustment_reason TEXT,
    net INTEGER NOT NULL,
    tax_category TEXT NOT NULL,
    tax_rate INTEGER NOT NULL,          -- ten thousandths of a percent
    taxes TEXT,
    UNIQUE (estimate_id, position),
    CHECK ((task IS NULL) = (seconds IS NULL)),
    CHECK (phase IS NULL OR task IS NOT NULL)
) STRICT;

-- A mail that brings an estimate. Its kind reads `invoice` beside it, for the kinds of V9 are fixed: a document that goes out.
ALTER TABLE mail ADD COLUMN estimate_id INTEGER REFERENCES estimate (id);
CREATE INDEX mail_estimate ON mail (estimate_id) WHERE estimate_id IS NOT NULL;
