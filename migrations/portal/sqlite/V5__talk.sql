-- What clients say: questions, answers to requests, and events that are told apart by an id of their own.

-- Minted with the account: the events of an account that was made anew are others, whatever their numbers.
ALTER TABLE account ADD COLUMN epoch TEXT;
UPDATE account SET epoch = lower(hex(randomblob(16)));

-- Random; by it the account takes an event in once. Events of before have one that follows from epoch and number.
ALTER TABLE event ADD COLUMN public_id TEXT;
-- The whole event as JSON, for kinds that say more than a subject.
ALTER TABLE event ADD COLUMN body TEXT;

-- What users wrote and the account has not published back yet. It stands on the pages beside what is published.
CREATE TABLE pending_message (
    id         INTEGER PRIMARY KEY,
    client_id  INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    thread     TEXT    NOT NULL,
    message    TEXT    NOT NULL,
    -- What the thread is about, with the message that began it.
    about      TEXT,
    author     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    UNIQUE (client_id, message)
) STRICT;

-- Answers to requests that the account has not published back yet; one for each request.
CREATE TABLE pending_decision (
    id         INTEGER PRIMARY KEY,
    client_id  INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    request    TEXT    NOT NULL,
    approved   INTEGER NOT NULL CHECK (approved IN (0, 1)),
    author     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    note       TEXT,
    UNIQUE (client_id, request)
) STRICT;

-- How many messages of a thread a user has seen.
CREATE TABLE seen_thread (
    membership_id INTEGER NOT NULL REFERENCES membership (id) ON DELETE CASCADE,
    thread        TEXT    NOT NULL,
    messages      INTEGER NOT NULL,
    PRIMARY KEY (membership_id, thread)
) STRICT, WITHOUT ROWID;
