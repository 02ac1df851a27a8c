--liquibase formatted sql
--changeset provisioner:0043-rotation-actors
--comment: who began a rotation, and who aborted it; null where an earlier version did not record it
ALTER TABLE rotation ADD COLUMN begun_by varchar(64);
ALTER TABLE rotation ADD COLUMN aborted_by varchar(64);
ALTER TABLE rotation ADD CONSTRAINT rotation_aborted_by CHECK (aborted_by IS NULL OR aborted);
COMMENT ON COLUMN rotation.begun_by IS 'role and the first 12 hexadecimal digits of the token''s hash';
--rollback ALTER TABLE rotation DROP COLUMN aborted_by;
--rollback ALTER TABLE rotation DROP COLUMN begun_by;
