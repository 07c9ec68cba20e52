-- What of a time sheet stood there when it was answered: it stays on the client's page, whatever becomes of the work.

PRAGMA user_version = 24;

-- The time of the entry that the client was shown when it was asked. Of before it is not known.
ALTER TABLE approval_entry ADD COLUMN seconds INTEGER;
-- It was shown when the request was answered.
ALTER TABLE approval_entry ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1));
