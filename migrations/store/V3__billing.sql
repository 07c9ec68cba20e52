-- Retainers keep the week they were agreed in; look-ups of what billed an entry.

PRAGMA user_version = 3;

ALTER TABLE retainer ADD COLUMN week_start TEXT NOT NULL DEFAULT 'monday';
CREATE INDEX billed_entry ON billed (entry_id);
CREATE INDEX invoice_corrects ON invoice (corrects) WHERE corrects IS NOT NULL;
