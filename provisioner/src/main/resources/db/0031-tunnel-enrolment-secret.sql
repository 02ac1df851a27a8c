--liquibase formatted sql
--changeset provisioner:0031-tunnel-enrolment-secret
--comment: the one-time secret with which a branch's device enrols, and what it was used for
CREATE TABLE tunnel_enrolment_secret (
    tunnel uuid NOT NULL CONSTRAINT tunnel_enrolment_secret_pkey PRIMARY KEY
        CONSTRAINT tunnel_enrolment_secret_tunnel_fkey REFERENCES tunnel (id),
    secret_hash varchar(64) NOT NULL CONSTRAINT tunnel_enrolment_secret_hash_unique UNIQUE
        CONSTRAINT tunnel_enrolment_secret_hash_length CHECK (length(secret_hash) = 64),
    expires_at timestamptz NOT NULL,
    request_hash varchar(64),
    certificate uuid CONSTRAINT tunnel_enrolment_secret_certificate_fkey REFERENCES certificate (id),
    CONSTRAINT tunnel_enrolment_secret_use_complete CHECK ((request_hash IS NULL) = (certificate IS NULL))
);
COMMENT ON COLUMN tunnel_enrolment_secret.request_hash IS
    'SHA-256 of the PKCS#10 request in DER that it was used with; null while unused';
--rollback DROP TABLE tunnel_enrolment_secret;
