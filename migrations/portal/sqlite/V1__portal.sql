-- What a portal keeps: accounts, the published parts of their clients, the people who may look, and what they did.
-- Instants are whole seconds since 1970 (UTC), days are ISO text, secrets are SHA-256 or argon2id. A released file never changes.

CREATE TABLE account (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    token_hash   TEXT    NOT NULL UNIQUE,
    client_limit INTEGER CHECK (client_limit >= 0),
    enabled      INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    created_at   INTEGER NOT NULL,
    last_event   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE client (
    id           INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES account (id),
    public_id    TEXT    NOT NULL,
    slug         TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    manifest     TEXT    NOT NULL,
    has_console  INTEGER NOT NULL CHECK (has_console IN (0, 1)),
    committed_at INTEGER NOT NULL,
    UNIQUE (account_id, public_id)
) STRICT;

CREATE TABLE chunk (
    id        INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    key       TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    digest    TEXT    NOT NULL,
    size      INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    UNIQUE (client_id, key)
) STRICT;

-- The entries of a month, one row each, in the order in which they are shown, so that filters and pages do not read whole months.
CREATE TABLE entry (
    client_id INTEGER NOT NULL,
    day       TEXT    NOT NULL,
    ordinal   INTEGER NOT NULL,
    chunk_id  INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
    seconds   INTEGER NOT NULL,
    billable  INTEGER NOT NULL CHECK (billable IN (0, 1)),
    project   TEXT    NOT NULL,
    task      TEXT,
    member    TEXT    NOT NULL,
    minor     INTEGER,
    currency  TEXT,
    PRIMARY KEY (client_id, day DESC, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_by_chunk ON entry (chunk_id);

-- Their words, apart: sums go over the short rows above and never read these.
CREATE TABLE entry_text (
    client_id INTEGER NOT NULL,
    day       TEXT    NOT NULL,
    ordinal   INTEGER NOT NULL,
    search    TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (client_id, day DESC, ordinal),
    FOREIGN KEY (client_id, day, ordinal) REFERENCES entry (client_id, day, ordinal) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The choices a filter offers, by month.
CREATE TABLE facet (
    chunk_id INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('project', 'task', 'member')),
    value    TEXT    NOT NULL,
    PRIMARY KEY (chunk_id, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE invoice (
    chunk_id   INTEGER PRIMARY KEY REFERENCES chunk (id) ON DELETE CASCADE,
    client_id  INTEGER NOT NULL,
    public_id  TEXT    NOT NULL,
    number     TEXT    NOT NULL,
    issue_date TEXT    NOT NULL,
    -- Something is still to be paid.
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    UNIQUE (client_id, public_id)
) STRICT;
CREATE INDEX invoice_by_date ON invoice (client_id, issue_date DESC, number DESC);
CREATE INDEX invoice_open ON invoice (client_id) WHERE is_open = 1;

-- Received, not yet shown. Gone with the next commit of the client, or after a day.
CREATE TABLE staged (
    account_id  INTEGER NOT NULL REFERENCES account (id),
    client      TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    body        BLOB    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, client, digest)
) STRICT;

-- One human being of one account: the mail address and its password.
CREATE TABLE person (
    id          INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    email_key   TEXT    NOT NULL,
    password    TEXT,
    password_at INTEGER,
    UNIQUE (account_id, email_key)
) STRICT;
CREATE INDEX person_by_email ON person (email_key);

-- That person as a user of one client.
CREATE TABLE membership (
    id             INTEGER PRIMARY KEY,
    client_id      INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    person_id      INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    public_id      TEXT    NOT NULL,
    email          TEXT    NOT NULL,
    name           TEXT,
    role           TEXT    NOT NULL CHECK (role IN ('full', 'finance', 'work')),
    enabled        INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    invite_hash    TEXT,
    invite_expires INTEGER,
    accepted_hash  TEXT,
    accepted_at    INTEGER,
    UNIQUE (client_id, public_id),
    UNIQUE (client_id, person_id)
) STRICT;
CREATE INDEX membership_by_person ON membership (person_id);
CREATE INDEX membership_by_invitation ON membership (invite_hash) WHERE invite_hash IS NOT NULL;

CREATE TABLE sign_in_link (
    token_hash    TEXT    PRIMARY KEY,
    membership_id INTEGER NOT NULL REFERENCES membership (id) ON DELETE CASCADE,
    expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_link_by_membership ON sign_in_link (membership_id);

CREATE TABLE session (
    id         INTEGER PRIMARY KEY,
    token_hash TEXT    NOT NULL UNIQUE,
    -- Set where an operator's link opened the session: then it reaches this one membership only.
    only_membership INTEGER REFERENCES membership (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_membership ON session (only_membership) WHERE only_membership IS NOT NULL;

CREATE TABLE session_person (
    session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person_by_person ON session_person (person_id);

-- Failed sign-ins by address of mail (hashed) and of network.
CREATE TABLE throttle (
    key           TEXT    PRIMARY KEY,
    failures      INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_by_age ON throttle (last_at);

CREATE TABLE event (
    account_id INTEGER NOT NULL REFERENCES account (id),
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    client     TEXT    NOT NULL,
    user       TEXT,
    kind       TEXT    NOT NULL,
    subject    TEXT,
    PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_subject ON event (account_id, client, user, kind, subject, at);

-- Append-only. One chain per account, and chain 0 for what belongs to none.
CREATE TABLE audit (
    chain    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    action   TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    client   TEXT,
    subject  TEXT,
    origin   TEXT,
    previous TEXT    NOT NULL,
    hash     TEXT    NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
