--liquibase formatted sql
--changeset provisioner:0037-authority-generations
--comment: a purpose has several authorities while one takes over from another
ALTER TABLE authority DROP CONSTRAINT authority_purpose_unique;
ALTER TABLE authority
    ADD COLUMN folder varchar(40),
    ADD COLUMN state varchar(8) NOT NULL DEFAULT 'CURRENT'
        CONSTRAINT authority_state CHECK (state IN ('NEXT', 'CURRENT', 'RETIRED')),
    ADD COLUMN accepted_until timestamptz,
    ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
UPDATE authority SET folder = purpose;
ALTER TABLE authority ALTER COLUMN folder SET NOT NULL;
ALTER TABLE authority ADD CONSTRAINT authority_folder_unique UNIQUE (folder);
ALTER TABLE authority ADD CONSTRAINT authority_withdrawn_when_retired CHECK (state = 'RETIRED' OR NOT withdrawn);
CREATE UNIQUE INDEX authority_current_unique ON authority (purpose) WHERE state = 'CURRENT';
CREATE UNIQUE INDEX authority_next_unique ON authority (purpose) WHERE state = 'NEXT';
COMMENT ON COLUMN authority.folder IS 'where its key is, and what desired states and devices call it';
COMMENT ON COLUMN authority.state IS 'NEXT: trusted, issues nothing yet; RETIRED: issues nothing any more';
COMMENT ON COLUMN authority.accepted_until IS 'of a retired one: its certificates are good until then; null while it is not decided';
COMMENT ON COLUMN authority.withdrawn IS 'whether peers were told that it is not accepted any more';
--rollback DROP INDEX authority_next_unique;
--rollback DROP INDEX authority_current_unique;
--rollback ALTER TABLE authority DROP COLUMN folder, DROP COLUMN state, DROP COLUMN accepted_until, DROP COLUMN withdrawn;
--rollback ALTER TABLE authority ADD CONSTRAINT authority_purpose_unique UNIQUE (purpose);

--changeset provisioner:0037-concentrator-trust
--comment: what charon of a concentrator itself says it trusts
CREATE TABLE concentrator_trust (
    concentrator uuid NOT NULL CONSTRAINT concentrator_trust_pkey PRIMARY KEY
        CONSTRAINT concentrator_trust_concentrator_fkey REFERENCES concentrator (id),
    fingerprints text[] NOT NULL
);
COMMENT ON COLUMN concentrator_trust.fingerprints IS 'SHA-256 of each CA certificate and each CRL that it has';
--rollback DROP TABLE concentrator_trust;
