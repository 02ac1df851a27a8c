--liquibase formatted sql
--changeset provisioner:0045-teleworker-device
--comment: a device of a teleworker that enrolled over EST; its certificates are a chain of which only the newest renews
CREATE TABLE teleworker_device (
    id uuid NOT NULL CONSTRAINT teleworker_device_pkey PRIMARY KEY,
    teleworker uuid NOT NULL CONSTRAINT teleworker_device_teleworker_fkey REFERENCES teleworker (id),
    certificate uuid NOT NULL CONSTRAINT teleworker_device_certificate_unique UNIQUE
        CONSTRAINT teleworker_device_certificate_fkey REFERENCES certificate (id),
    request_hash varchar(64) NOT NULL
        CONSTRAINT teleworker_device_request_hash_length CHECK (length(request_hash) = 64)
);
COMMENT ON COLUMN teleworker_device.certificate IS 'the newest one';
COMMENT ON COLUMN teleworker_device.request_hash IS 'SHA-256 of the PKCS#10 request in DER that the newest one answers';
--rollback DROP TABLE teleworker_device;

--changeset provisioner:0045-teleworker-certificate-device
--comment: which device enrolled for it; null if it was issued by hand
ALTER TABLE teleworker_certificate ADD COLUMN device uuid
    CONSTRAINT teleworker_certificate_device_fkey REFERENCES teleworker_device (id);
CREATE INDEX teleworker_certificate_of_device ON teleworker_certificate (device) WHERE device IS NOT NULL;
--rollback ALTER TABLE teleworker_certificate DROP COLUMN device;

--changeset provisioner:0045-teleworker-enrolment-secret
--comment: the one-time secret with which a device of a teleworker enrols, and which one did
CREATE TABLE teleworker_enrolment_secret (
    teleworker uuid NOT NULL CONSTRAINT teleworker_enrolment_secret_pkey PRIMARY KEY
        CONSTRAINT teleworker_enrolment_secret_teleworker_fkey REFERENCES teleworker (id),
    secret_hash varchar(64) NOT NULL CONSTRAINT teleworker_enrolment_secret_hash_unique UNIQUE
        CONSTRAINT teleworker_enrolment_secret_hash_length CHECK (length(secret_hash) = 64),
    expires_at timestamptz NOT NULL,
    device uuid CONSTRAINT teleworker_enrolment_secret_device_fkey REFERENCES teleworker_device (id)
);
COMMENT ON COLUMN teleworker_enrolment_secret.device IS 'what enrolled with it; null while it is unused';
--rollback DROP TABLE teleworker_enrolment_secret;
