--liquibase formatted sql
--changeset provisioner:0026-session-certificate
--comment: who revokes a certificate ends what it opened
ALTER TABLE teleworker_session ADD COLUMN certificate uuid
    CONSTRAINT teleworker_session_certificate_fkey REFERENCES certificate (id);
CREATE INDEX teleworker_session_of_certificate ON teleworker_session (certificate) WHERE ended_at IS NULL;
COMMENT ON COLUMN teleworker_session.certificate IS 'that the login showed, where its group asks for one';
--rollback ALTER TABLE teleworker_session DROP COLUMN certificate;

--changeset provisioner:0026-sessions-per-user
--comment: a group has a limit; those that had none get the usual one
UPDATE teleworker_group SET policy = jsonb_set(policy, '{maximumSessionsPerUser}', '5')
 WHERE policy ->> 'maximumSessionsPerUser' = '0';
--rollback SELECT 1;

--changeset provisioner:0026-login-limit-failures
--comment: what is in flight does not count any more
COMMENT ON COLUMN login_limit.failures IS 'attempts that failed; those that are being looked at are not among them';
--rollback SELECT 1;
