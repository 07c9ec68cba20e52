-- Clients and the people around them: roles of contacts, tags and fields, talks, documents, notifications.

PRAGMA user_version = 2;

ALTER TABLE contact ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';    -- JSON list: billing, project, decision

CREATE TABLE client_tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    tag TEXT NOT NULL,
    UNIQUE (client_id, tag)
) STRICT;

CREATE TABLE client_field (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (client_id, name)
) STRICT;

-- What identifies an imported client where it comes from.
ALTER TABLE client ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX client_external_id ON client (external_id) WHERE external_id IS NOT NULL;
-- Not unique: older stores may have a number twice, and a number may pass from one client to another. The rule is in the program.
CREATE INDEX client_tax_id ON client (tax_id) WHERE tax_id IS NOT NULL;

-- Calls, mails, meetings, notes.
CREATE TABLE talk (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    contact_id INTEGER REFERENCES contact (id),
    contact_name TEXT,                  -- as it was; stays when the contact goes
    kind TEXT NOT NULL CHECK (kind IN ('call', 'email', 'meeting', 'note')),
    day TEXT NOT NULL,
    text TEXT NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1))
) STRICT;
CREATE INDEX talk_client ON talk (client_id, day);

-- Files attached to a client; the bytes are in `file`.
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    kind TEXT NOT NULL CHECK (kind IN ('proposal', 'contract', 'agreement', 'other')),
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    UNIQUE (client_id, name)
) STRICT;

-- The contact whom a user is.
ALTER TABLE user ADD COLUMN contact_id INTEGER REFERENCES contact (id);

-- Members: what they may do, the name under which clients see them, and for whom they work.
ALTER TABLE member ADD COLUMN access TEXT NOT NULL DEFAULT 'member' CHECK (access IN ('owner', 'manager', 'member'));
ALTER TABLE member ADD COLUMN alias TEXT;
UPDATE member SET access = 'owner' WHERE id = (SELECT min(id) FROM member);

CREATE TABLE member_client (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id INTEGER NOT NULL REFERENCES member (id),
    client_id INTEGER NOT NULL REFERENCES client (id),
    UNIQUE (member_id, client_id)
) STRICT;

-- Who is told of what: system-wide, or of a client.
CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER REFERENCES client (id),
    event TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX notification_client ON notification (client_id, event) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX notification_global ON notification (event) WHERE client_id IS NULL;
