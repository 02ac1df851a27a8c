--liquibase formatted sql
--changeset provisioner:0003-certificate
--comment: every certificate ever issued, those of the authorities too; nothing is deleted
CREATE TABLE certificate (
    id uuid NOT NULL CONSTRAINT certificate_pkey PRIMARY KEY,
    authority varchar(64) NOT NULL,
    serial_number varchar(40) NOT NULL,
    profile varchar(63) NOT NULL,
    subject varchar(253) NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    pem text NOT NULL,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revocation_reason varchar(32),
    CONSTRAINT certificate_serial_number_unique UNIQUE (authority, serial_number),
    CONSTRAINT certificate_revocation_complete CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
);
CREATE INDEX certificate_revoked ON certificate (authority, not_after) WHERE revoked_at IS NOT NULL;
COMMENT ON COLUMN certificate.authority IS 'common name of the authority that signed it';
COMMENT ON COLUMN certificate.serial_number IS 'hexadecimal, lower case, without leading zeros';
--rollback DROP TABLE certificate;

--changeset provisioner:0003-authority
--comment: an authority and the number of its newest CRL; the row is locked while a CRL is made
CREATE TABLE authority (
    name varchar(64) NOT NULL CONSTRAINT authority_pkey PRIMARY KEY,
    purpose varchar(16) NOT NULL CONSTRAINT authority_purpose_unique UNIQUE,
    crl_number bigint NOT NULL DEFAULT 0
);
--rollback DROP TABLE authority;

--changeset provisioner:0003-revocation-list
--comment: the CRLs that readers may still rely on
CREATE TABLE revocation_list (
    id uuid NOT NULL CONSTRAINT revocation_list_pkey PRIMARY KEY,
    authority varchar(64) NOT NULL CONSTRAINT revocation_list_authority_fkey REFERENCES authority (name),
    number bigint NOT NULL,
    this_update timestamptz NOT NULL,
    next_update timestamptz NOT NULL,
    pem text NOT NULL,
    CONSTRAINT revocation_list_number_unique UNIQUE (authority, number)
);
--rollback DROP TABLE revocation_list;
