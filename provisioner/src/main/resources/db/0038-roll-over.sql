--liquibase formatted sql
--changeset provisioner:0038-roll-over
--comment: rotations that put another authority in the place of one
ALTER TABLE rotation
    ADD COLUMN purpose varchar(16),
    ADD COLUMN authority varchar(64),
    ADD COLUMN former_authority varchar(64),
    ADD COLUMN accept_seconds bigint;
COMMENT ON COLUMN rotation.purpose IS 'of the authority that is rolled over; null if none is';
COMMENT ON COLUMN rotation.authority IS 'the new one; null until it is there';
COMMENT ON COLUMN rotation.former_authority IS 'the one before it; null until the new one issues';
COMMENT ON COLUMN rotation.accept_seconds IS 'for how long the former one is accepted; null: until its last certificate ends';
ALTER TABLE rotation_target DROP CONSTRAINT rotation_target_step;
ALTER TABLE rotation_target ADD CONSTRAINT rotation_target_step
    CHECK (step IN ('CONCENTRATOR', 'GATEWAY', 'REAUTHENTICATE', 'SITE', 'AUTHORITY', 'DISTRIBUTE', 'ISSUE', 'LISTENERS', 'RETIRE'));
--rollback ALTER TABLE rotation DROP COLUMN purpose, DROP COLUMN authority, DROP COLUMN former_authority, DROP COLUMN accept_seconds;
