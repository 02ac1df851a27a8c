--liquibase formatted sql
--changeset provisioner:0024-session-without-hostname
--comment: no client says its host name when it logs in
ALTER TABLE teleworker_session DROP COLUMN client_hostname;
--rollback ALTER TABLE teleworker_session ADD COLUMN client_hostname text;
