-- An invitation may be mailed by the portal.

PRAGMA user_version = 20;

ALTER TABLE user ADD COLUMN invitation_by_mail INTEGER NOT NULL DEFAULT 0 CHECK (invitation_by_mail IN (0, 1));
