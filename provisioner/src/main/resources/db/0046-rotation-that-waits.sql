--liquibase formatted sql
--changeset provisioner:0046-rotation-that-waits
--comment: a rotation that waits for a key ceremony has changed nothing yet, and keeps no other from running
ALTER TABLE rotation ADD COLUMN awaits_ceremony boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN rotation.awaits_ceremony IS 'whether its first step waits for what the root signs elsewhere';
DROP INDEX rotation_under_way;
CREATE UNIQUE INDEX rotation_under_way ON rotation ((true)) WHERE state IN ('RUNNING', 'STOPPED') AND NOT awaits_ceremony;
--rollback DROP INDEX rotation_under_way;
--rollback CREATE UNIQUE INDEX rotation_under_way ON rotation ((true)) WHERE state IN ('RUNNING', 'STOPPED');
--rollback ALTER TABLE rotation DROP COLUMN awaits_ceremony;
