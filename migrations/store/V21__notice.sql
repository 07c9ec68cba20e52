-- Notices: who was told of what by mail, and of what somebody does not want to be told.

PRAGMA user_version = 21;

-- A mail that tells several things may be about several clients, and then it is about none in particular. So may its other form and
-- the way out of mails like it be kept. What refers to it is put aside while it is made anew.
ALTER TABLE mail_try RENAME TO mail_try_kept;
ALTER TABLE mail_attachment RENAME TO mail_attachment_kept;
ALTER TABLE mail RENAME TO mail_kept;
DROP INDEX mail_client;
DROP INDEX mail_invoice;
DROP INDEX mail_queued;
DROP INDEX mail_estimate;

CREATE TABLE mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER REFERENCES client (id),   -- none: about several
    invoice_id INTEGER REFERENCES invoice (id),
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'receipt', 'reminder', 'statement', 'notice')),
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
    estimate_id INTEGER REFERENCES estimate (id),
    html TEXT,
    unsubscribe TEXT,                   -- address by which its reader ends mails like it
    CHECK ((state = 'sent') = (sent IS NOT NULL)),
    CHECK ((kind = 'reminder') = (level IS NOT NULL)),
    CHECK (client_id IS NOT NULL OR kind = 'notice')
) STRICT;
INSERT INTO mail (id, client_id, invoice_id, kind, level, message_id, sender, sender_name, recipients, subject, body, state, queued,
    sent, estimate_id)
SELECT id, client_id, invoice_id, kind, level, message_id, sender, sender_name, recipients, subject, body, state, queued, sent,
    estimate_id FROM mail_kept;
CREATE INDEX mail_client ON mail (client_id);
CREATE INDEX mail_invoice ON mail (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX mail_queued ON mail (id) WHERE state = 'queued';
CREATE INDEX mail_estimate ON mail (estimate_id) WHERE estimate_id IS NOT NULL;

CREATE TABLE mail_try (
    mail_id INTEGER PRIMARY KEY REFERENCES mail (id) ON DELETE CASCADE,
    attempts INTEGER NOT NULL,
    next_try INTEGER,
    claimed INTEGER,                    -- until when a command is sending it
    error TEXT
) STRICT;
INSERT INTO mail_try (mail_id, attempts, next_try, claimed, error)
SELECT mail_id, attempts, next_try, claimed, error FROM mail_try_kept;

CREATE TABLE mail_attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mail_id INTEGER NOT NULL REFERENCES mail (id),
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (mail_id, name)
) STRICT;
INSERT INTO mail_attachment (id, mail_id, name, media, sha256)
SELECT id, mail_id, name, media, sha256 FROM mail_attachment_kept;

-- A number that was given is not given again.
DELETE FROM sqlite_sequence WHERE name IN ('mail', 'mail_attachment');
INSERT INTO sqlite_sequence (name, seq)
SELECT replace(name, '_kept', ''), seq FROM sqlite_sequence WHERE name IN ('mail_kept', 'mail_attachment_kept');
DROP TABLE mail_try_kept;
DROP TABLE mail_attachment_kept;
DROP TABLE mail_kept;

-- Each occasion once for each recipient, whatever became of the mail.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    event TEXT NOT NULL,                -- as in `notification`
    occasion TEXT NOT NULL,             -- a project with its budget and threshold, a week, a message
    side TEXT NOT NULL CHECK (side IN ('client', 'owner', 'named')),
    recipient TEXT NOT NULL,            -- address
    day TEXT NOT NULL,
    mail_id INTEGER REFERENCES mail (id),   -- none: marked as told elsewhere
    UNIQUE (client_id, side, event, occasion, recipient)
) STRICT;
CREATE INDEX notice_mail ON notice (mail_id) WHERE mail_id IS NOT NULL;

-- What somebody does not want to be told about a client.
CREATE TABLE notice_choice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    email TEXT NOT NULL,
    muted TEXT NOT NULL,                -- events, with commas between them; empty: everything is wanted again
    UNIQUE (client_id, email)
) STRICT;
