-- Notices that an account hands over, which the portal sends to its own users.

-- What a mail tells, and to whom: it goes as long as all of that is there and wanted.
CREATE TABLE mail_about (
    mail_id       bigint NOT NULL REFERENCES mail (id) ON DELETE CASCADE,
    membership_id bigint NOT NULL REFERENCES membership (id) ON DELETE CASCADE,
    -- Of a notice.
    kind          text   COLLATE "C" NOT NULL,
    PRIMARY KEY (mail_id, membership_id, kind)
);
CREATE INDEX mail_about_by_membership ON mail_about (membership_id);
CREATE INDEX mail_handed ON mail (account_id, queued_at) WHERE kind = 'notice';

UPDATE portal_schema SET version = 7;
