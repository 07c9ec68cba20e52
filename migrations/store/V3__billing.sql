-- Retainers keep the week they were agreed in; look-ups of what billed an entry.

PRAGMA user_version = 3;

ALTER TABLE retainer ADD COLUMN week_start TEXT NOT NULL DEFAULT 'monday';
CREATE INDEX billed_entry ON billed (entry_id);
CREATE INDEX invoice_corrects ON invoice (corrects) WHERE corrects IS NOT NULL;

-- Sums read these and no entry: what a report needs is in the index.
DROP INDEX entry_project_day;
DROP INDEX entry_day;
CREATE INDEX entry_project_day ON entry (project_id, day, task_id, billable, seconds);
CREATE INDEX entry_day ON entry (day, project_id, task_id, member_id, billable, rate, seconds);
