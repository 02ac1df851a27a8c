--liquibase formatted sql
--changeset provisioner:0004-concentrator
--comment: a concentrator, what its charon has to be (as a version) and what it said last
CREATE TABLE concentrator (
    id uuid NOT NULL CONSTRAINT concentrator_pkey PRIMARY KEY,
    name varchar(63) NOT NULL CONSTRAINT concentrator_name_unique UNIQUE,
    identity varchar(253) NOT NULL CONSTRAINT concentrator_identity_unique UNIQUE,
    ike_address varchar(45) NOT NULL,
    protected_networks text[] NOT NULL
        CONSTRAINT concentrator_protected_networks_present CHECK (cardinality(protected_networks) > 0),
    probe_source varchar(45) NOT NULL,
    created_at timestamptz NOT NULL,
    desired_version bigint NOT NULL DEFAULT 1,
    enrolled_at timestamptz,
    client_certificate uuid CONSTRAINT concentrator_client_certificate_fkey REFERENCES certificate (id),
    ike_certificate uuid CONSTRAINT concentrator_ike_certificate_fkey REFERENCES certificate (id),
    last_seen timestamptz,
    applied_version bigint,
    charon_state varchar(16),
    charon_version text,
    esp_mode varchar(16),
    charon_since timestamptz,
    CONSTRAINT concentrator_enrolment_complete CHECK (
        (enrolled_at IS NULL) = (client_certificate IS NULL)
        AND (enrolled_at IS NULL) = (ike_certificate IS NULL))
);
COMMENT ON COLUMN concentrator.desired_version IS
    'counts the changes of the desired state; grows in the transaction that makes a change';
--rollback DROP TABLE concentrator;

--changeset provisioner:0004-desired-version-notify splitStatements:false
--comment: whoever waits for a desired state hears of the new version when the change commits
CREATE FUNCTION announce_desired_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('sallyport', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER concentrator_desired_version_announced
    AFTER UPDATE OF desired_version ON concentrator
    FOR EACH ROW EXECUTE FUNCTION announce_desired_version();
--rollback DROP TRIGGER concentrator_desired_version_announced ON concentrator;
--rollback DROP FUNCTION announce_desired_version();

--changeset provisioner:0004-enrolment
--comment: the one-time secret of a new concentrator, and what it was used for
CREATE TABLE enrolment (
    concentrator uuid NOT NULL CONSTRAINT enrolment_pkey PRIMARY KEY
        CONSTRAINT enrolment_concentrator_fkey REFERENCES concentrator (id),
    secret_hash varchar(64) NOT NULL CONSTRAINT enrolment_secret_hash_unique UNIQUE
        CONSTRAINT enrolment_secret_hash_length CHECK (length(secret_hash) = 64),
    expires_at timestamptz NOT NULL,
    request_hash varchar(64)
);
COMMENT ON COLUMN enrolment.request_hash IS
    'SHA-256 of the two requests it was used with; null while unused';
--rollback DROP TABLE enrolment;

--changeset provisioner:0004-observation
--comment: which reports arrived, and the spans of time that they cover without a hole
CREATE TABLE observation_boot (
    concentrator uuid NOT NULL CONSTRAINT observation_boot_concentrator_fkey REFERENCES concentrator (id),
    boot uuid NOT NULL,
    last_sequence bigint NOT NULL,
    CONSTRAINT observation_boot_pkey PRIMARY KEY (concentrator, boot)
);
CREATE TABLE observation_span (
    id uuid NOT NULL CONSTRAINT observation_span_pkey PRIMARY KEY,
    concentrator uuid NOT NULL,
    boot uuid NOT NULL,
    watched_from timestamptz NOT NULL,
    watched_to timestamptz NOT NULL,
    CONSTRAINT observation_span_boot_fkey
        FOREIGN KEY (concentrator, boot) REFERENCES observation_boot (concentrator, boot),
    CONSTRAINT observation_span_order CHECK (watched_from <= watched_to)
);
CREATE INDEX observation_span_time ON observation_span (concentrator, watched_to);
--rollback DROP TABLE observation_span;
--rollback DROP TABLE observation_boot;
