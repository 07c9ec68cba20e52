-- What clients say on the portal: questions with their answers, and what they were asked to approve.

PRAGMA user_version = 12;

-- Whose events the cursor counts, and the id of the last one: numbers alone do not tell one portal from another.
ALTER TABLE identity ADD COLUMN event_epoch TEXT;
ALTER TABLE identity ADD COLUMN event_anchor TEXT;

-- Every event that came in, by its own id, so that none comes in twice; state of this machine, not of the books.
CREATE TABLE portal_event (
    id TEXT PRIMARY KEY,
    epoch TEXT NOT NULL,
    number INTEGER,
    at INTEGER,
    client_id INTEGER REFERENCES client (id) ON DELETE CASCADE,
    who TEXT,                           -- mail address of the user
    kind TEXT NOT NULL,
    subject TEXT,
    aside TEXT                          -- as it came, where it could not be read
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_event_client ON portal_event (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX portal_event_aside ON portal_event (number) WHERE aside IS NOT NULL;

CREATE TABLE approval_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    kind TEXT NOT NULL CHECK (kind IN ('budget', 'timesheet')),
    project_id INTEGER REFERENCES project (id),
    by_seconds INTEGER,                 -- so much more
    by_money INTEGER,
    was_seconds INTEGER,                -- the budget when it was asked
    was_money INTEGER,
    from_day TEXT,
    to_day TEXT,
    note TEXT,
    asked INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'withdrawn', 'approved', 'declined')),
    decided INTEGER,
    decided_by TEXT,
    decided_note TEXT,
    shown TEXT,                         -- hash of what was shown when it was answered
    outcome TEXT CHECK (outcome IN ('applied', 'partly', 'not-applied')),
    covered INTEGER,                    -- entries that it covers
    CHECK ((kind = 'budget') = (project_id IS NOT NULL)),
    CHECK ((kind = 'timesheet') = (from_day IS NOT NULL) AND (from_day IS NULL) = (to_day IS NULL)),
    CHECK ((state IN ('approved', 'declined')) = (decided IS NOT NULL)),
    CHECK (outcome IS NULL OR state = 'approved')
) STRICT;
CREATE INDEX approval_request_client ON approval_request (client_id);
CREATE INDEX approval_request_project ON approval_request (project_id) WHERE project_id IS NOT NULL;

-- The entries of a time sheet as they were when it was asked. An entry may go since, so it is named and not referred to.
CREATE TABLE approval_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    request_id INTEGER NOT NULL REFERENCES approval_request (id),
    entry INTEGER NOT NULL,
    facts TEXT NOT NULL,
    UNIQUE (request_id, entry)
) STRICT;
CREATE INDEX approval_entry_client ON approval_entry (client_id);

-- Approved, and not put into the books yet.
CREATE TABLE approval_due (
    request_id INTEGER PRIMARY KEY REFERENCES approval_request (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE thread (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    public_id TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,                -- as the portal names it
    subject TEXT NOT NULL,              -- as people here name it
    asked INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    request_id INTEGER REFERENCES approval_request (id)
) STRICT;
CREATE INDEX thread_client ON thread (client_id);
CREATE INDEX thread_request ON thread (request_id) WHERE request_id IS NOT NULL;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    thread_id INTEGER NOT NULL REFERENCES thread (id),
    public_id TEXT UNIQUE,              -- of what a user wrote
    user_id TEXT,
    user_name TEXT,
    member_id INTEGER REFERENCES member (id),
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    CHECK ((member_id IS NULL) = (public_id IS NOT NULL)),
    CHECK ((public_id IS NULL) = (user_id IS NULL) AND (user_id IS NULL) = (user_name IS NULL))
) STRICT;
CREATE INDEX message_thread ON message (thread_id);
CREATE INDEX message_client ON message (client_id);
CREATE INDEX message_member ON message (member_id) WHERE member_id IS NOT NULL;

-- How many messages of a thread were looked at here; state of this machine.
CREATE TABLE thread_read (
    thread_id INTEGER PRIMARY KEY REFERENCES thread (id) ON DELETE CASCADE,
    messages INTEGER NOT NULL
) STRICT;
