-- Mail: the outbox, the texts that people wrote over ours, and when clients are reminded.

PRAGMA user_version = 9;

CREATE TABLE mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    invoice_id INTEGER REFERENCES invoice (id),
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'receipt', 'reminder', 'statement')),
    level INTEGER,                      -- of a reminder: days from due
    message_id TEXT NOT NULL UNIQUE,    -- the same at every try
    sender TEXT NOT NULL,
    sender_name TEXT,
    recipients TEXT NOT NULL,           -- JSON: to, cc, bcc
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'discarded')),
    queued INTEGER NOT NULL,
    sent INTEGER,
    CHECK ((state = 'sent') = (sent IS NOT NULL)),
    CHECK ((kind = 'reminder') = (level IS NOT NULL))
) STRICT;
CREATE INDEX mail_client ON mail (client_id);
CREATE INDEX mail_invoice ON mail (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX mail_queued ON mail (id) WHERE state = 'queued';

-- What became of the tries; state of this machine, not of the books, so not in the log.
CREATE TABLE mail_try (
    mail_id INTEGER PRIMARY KEY REFERENCES mail (id) ON DELETE CASCADE,
    attempts INTEGER NOT NULL,
    next_try INTEGER,
    claimed INTEGER,                    -- until when a command is sending it
    error TEXT
) STRICT;

-- The bytes are in `file`.
CREATE TABLE mail_attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mail_id INTEGER NOT NULL REFERENCES mail (id),
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (mail_id, name)
) STRICT;

CREATE TABLE mail_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    occasion TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (occasion, language)
) STRICT;

-- When a client is reminded, where that is not as the business has it.
CREATE TABLE client_reminder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL UNIQUE REFERENCES client (id),
    days TEXT NOT NULL
) STRICT;
