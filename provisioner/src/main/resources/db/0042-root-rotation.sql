--liquibase formatted sql
--changeset provisioner:0042-root-rotation
--comment: another root takes the place of the root, once every branch trusts it
ALTER TABLE rotation_target DROP CONSTRAINT rotation_target_step;
ALTER TABLE rotation_target ADD CONSTRAINT rotation_target_step
    CHECK (step IN ('CONCENTRATOR', 'GATEWAY', 'REAUTHENTICATE', 'SITE', 'AUTHORITY', 'DISTRIBUTE', 'TRUST', 'ISSUE', 'LISTENERS', 'RETIRE'));
--rollback SELECT 1;

--changeset provisioner:0042-branch-trust
--comment: which roots a branch says it trusts
CREATE TABLE branch_trust (
    tunnel uuid NOT NULL CONSTRAINT branch_trust_pkey PRIMARY KEY
        CONSTRAINT branch_trust_tunnel_fkey REFERENCES tunnel (id),
    fingerprints text[] NOT NULL
);
COMMENT ON COLUMN branch_trust.fingerprints IS 'SHA-256 of each root that its charon has, as its renewal script said last';
--rollback DROP TABLE branch_trust;
