--liquibase formatted sql
--changeset provisioner:0039-gateway-fetched
--comment: a roll-over waits until every gateway has the state with the next authority
ALTER TABLE gateway ADD COLUMN fetched_version bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN gateway.fetched_version IS 'what it asked for was later than this: it has put this into force';
--rollback ALTER TABLE gateway DROP COLUMN fetched_version;
