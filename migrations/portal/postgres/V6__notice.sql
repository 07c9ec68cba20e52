-- What users do not want to be told by mail: as the account published it, and as they chose here since.

-- SHA-256 of the secret in a user's mails by which they are ended.
ALTER TABLE membership ADD COLUMN unsubscribe_hash text COLLATE "C";
-- Kinds of notices, with commas between them.
ALTER TABLE membership ADD COLUMN muted text COLLATE "C" NOT NULL DEFAULT '';
-- The same as chosen here, until the account has published it back.
ALTER TABLE membership ADD COLUMN chosen text COLLATE "C";
CREATE INDEX membership_by_unsubscribe ON membership (unsubscribe_hash) WHERE unsubscribe_hash IS NOT NULL;

UPDATE portal_schema SET version = 6;
