-- Lines of retainers name theirs.

PRAGMA user_version = 5;

ALTER TABLE invoice_line ADD COLUMN retainer_id INTEGER REFERENCES retainer (id);
