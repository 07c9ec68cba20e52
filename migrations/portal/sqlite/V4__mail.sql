-- Mail on its way out: written in the transaction of what it tells of, sent by whichever server process claims it first.
-- A row is claimed while `claimed_until` lies ahead; a process that died with it leaves it to the next one after that instant.

CREATE TABLE mail (
    id            INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES account (id),
    -- Stable from the first try to the last, so that a mail that was sent twice is known to be one.
    message_id    TEXT    NOT NULL UNIQUE,
    recipient     TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    -- JSON; emptied as soon as the mail is settled.
    params        TEXT    NOT NULL,
    -- Of an invitation: whose, and which one. Gone with the user.
    membership_id INTEGER REFERENCES membership (id) ON DELETE CASCADE,
    invitation    TEXT,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
    queued_at     INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER NOT NULL,
    claimed_until INTEGER,
    settled_at    INTEGER,
    error         TEXT
) STRICT;
CREATE INDEX mail_waiting ON mail (next_at) WHERE state = 'waiting';
CREATE INDEX mail_by_membership ON mail (membership_id) WHERE membership_id IS NOT NULL;
CREATE INDEX mail_settled ON mail (settled_at) WHERE settled_at IS NOT NULL;

-- The secret of a link is made when its mail goes out, and only its hash is kept. Each try has its own; all of them are good until
-- one was used, for a mail whose fate is not known may have arrived.
CREATE TABLE mail_link (
    token_hash TEXT    PRIMARY KEY,
    mail_id    INTEGER NOT NULL REFERENCES mail (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_link_by_mail ON mail_link (mail_id);
