--liquibase formatted sql
--changeset provisioner:0036-rotation-of-sites
--comment: branches are targets of rotations, too
ALTER TABLE rotation_target DROP CONSTRAINT rotation_target_step;
ALTER TABLE rotation_target ADD CONSTRAINT rotation_target_step
    CHECK (step IN ('CONCENTRATOR', 'GATEWAY', 'REAUTHENTICATE', 'SITE'));
ALTER TABLE rotation_target ADD COLUMN former_certificate uuid;
COMMENT ON COLUMN rotation_target.former_certificate IS 'of a branch, before its wave began';
--rollback ALTER TABLE rotation_target DROP COLUMN former_certificate;
