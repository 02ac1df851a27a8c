--liquibase formatted sql
--changeset provisioner:0005-versions-from
--comment: a restored database counts anew what a node has applied already, so it goes on above that
ALTER TABLE concentrator ADD COLUMN versions_from bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN concentrator.versions_from IS
    'what the node applied below this version was ordered by a database that is no more';
--rollback ALTER TABLE concentrator DROP COLUMN versions_from;
