-- How a push ended, and which clients left a portal: state of this machine, not of the books, so not in the log.

PRAGMA user_version = 23;

-- A push began, and how it ended is not known here.
ALTER TABLE pushed ADD COLUMN open INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1));
-- Before it the portal had no such client: nobody can sign in there with what was good elsewhere.
ALTER TABLE pushed ADD COLUMN anew INTEGER NOT NULL DEFAULT 0 CHECK (anew IN (0, 1));

-- Clients that were taken off a portal. Their revisions go on from there when they come back: what was asked of the portal before,
-- and arrives late, is then of an older state.
CREATE TABLE withdrawn (
    client_id INTEGER PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    portal TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

-- What a user said is known by the id that it has wherever it is read, not by its row here.
UPDATE notice SET occasion = 'message/' || (SELECT public_id FROM message WHERE id = CAST(substr(occasion, 9) AS INTEGER))
WHERE occasion LIKE 'message/%'
    AND EXISTS (SELECT 1 FROM message WHERE id = CAST(substr(occasion, 9) AS INTEGER) AND public_id IS NOT NULL);
