-- Who ended mail about something: the person, or the owner for somebody; approvals that were undone; and through whom a mail went.

PRAGMA user_version = 22;

-- Of `muted`, what the person ended. Of before it is not known, and nobody's own choice is to be undone by mistake.
ALTER TABLE notice_choice ADD COLUMN own TEXT NOT NULL DEFAULT '';
UPDATE notice_choice SET own = muted;

-- Approved by the client, and what followed from it was undone here.
ALTER TABLE approval_request ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1));

-- The portal that a mail was handed to, which sends it; none: it went by our own way.
ALTER TABLE mail ADD COLUMN portal TEXT;
