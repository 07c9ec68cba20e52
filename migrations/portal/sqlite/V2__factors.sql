-- Second factors, ways back in, and what a person sees of the own sessions.

ALTER TABLE session ADD COLUMN agent TEXT;
ALTER TABLE session ADD COLUMN origin TEXT;
-- When a password or a factor was last shown in it.
ALTER TABLE session ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
-- Whether a second factor of this person was shown in the session.
ALTER TABLE session_person ADD COLUMN proven INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1));

-- A password was right and a second factor is still to come. Opens nothing.
CREATE TABLE half_session (
    token_hash TEXT    PRIMARY KEY,
    failures   INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE half_session_person (
    token_hash TEXT    NOT NULL REFERENCES half_session (token_hash) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (token_hash, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX half_session_person_by_person ON half_session_person (person_id);

-- The secret is sealed with a key that is not in the database.
CREATE TABLE authenticator (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    secret    BLOB    NOT NULL,
    -- The step of the last code that was taken: it and those before are taken no more.
    last_step INTEGER NOT NULL,
    added_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash      TEXT    NOT NULL,
    used_at   INTEGER,
    PRIMARY KEY (person_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    id         INTEGER PRIMARY KEY,
    credential TEXT    NOT NULL UNIQUE,
    -- What the authenticator knows the user by.
    handle     TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    added_at   INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE TABLE passkey_person (
    passkey_id INTEGER NOT NULL REFERENCES passkey (id) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (passkey_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_person_by_person ON passkey_person (person_id);

-- What is asked of a browser, until it has answered: once, and not for long.
CREATE TABLE challenge (
    key        TEXT    PRIMARY KEY,
    body       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_by_end ON challenge (expires_at);

-- Sets the passwords of an address: those of one account, or of all.
CREATE TABLE reset_link (
    token_hash TEXT    PRIMARY KEY,
    email_key  TEXT    NOT NULL,
    account_id INTEGER REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reset_link_by_email ON reset_link (email_key);

-- What one person did, newest first, and what was tried in the name of an address.
CREATE INDEX audit_by_actor ON audit (chain, actor, number);
CREATE INDEX audit_by_subject ON audit (chain, subject, number) WHERE actor = 'unknown';
