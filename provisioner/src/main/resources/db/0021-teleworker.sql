--liquibase formatted sql
--changeset provisioner:0021-teleworker-group
--comment: what the teleworkers of a group must prove and what they get
CREATE TABLE teleworker_group (
    id uuid NOT NULL CONSTRAINT teleworker_group_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT teleworker_group_customer_fkey REFERENCES customer (id),
    name varchar(63) NOT NULL,
    position integer NOT NULL,
    policy jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT teleworker_group_name_unique UNIQUE (customer, name)
);
COMMENT ON COLUMN teleworker_group.policy IS 'a GroupPolicy as the wire has it';
--rollback DROP TABLE teleworker_group;

--changeset provisioner:0021-teleworker
--comment: a person who logs in at a customer's gateways; a deleted one stays for the records, without secrets
CREATE TABLE teleworker (
    id uuid NOT NULL CONSTRAINT teleworker_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT teleworker_customer_fkey REFERENCES customer (id),
    username varchar(64) NOT NULL,
    state varchar(8) NOT NULL CONSTRAINT teleworker_state CHECK (state IN ('ACTIVE', 'BLOCKED', 'DELETED')),
    password_hash varchar(255),
    totp_secret bytea,
    totp_last_step bigint,
    credentials_version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT teleworker_deleted_without_secrets CHECK (
        state <> 'DELETED' OR (password_hash IS NULL AND totp_secret IS NULL))
);
CREATE UNIQUE INDEX teleworker_username_unique ON teleworker (customer, username) WHERE state <> 'DELETED';
CREATE INDEX teleworker_of_customer ON teleworker (customer, id);
COMMENT ON COLUMN teleworker.password_hash IS 'argon2id with its parameters and salt; null if there is no password';
COMMENT ON COLUMN teleworker.totp_secret IS 'sealed under a key that is not in the database; null if there is none';
COMMENT ON COLUMN teleworker.totp_last_step IS 'time step of the last code that was accepted: this and earlier ones are refused';
COMMENT ON COLUMN teleworker.credentials_version IS 'grows with each change of a secret or of the state';
--rollback DROP TABLE teleworker;

--changeset provisioner:0021-teleworker-membership
--comment: who may log in to which group
CREATE TABLE teleworker_membership (
    teleworker uuid NOT NULL CONSTRAINT teleworker_membership_teleworker_fkey REFERENCES teleworker (id),
    teleworker_group uuid NOT NULL CONSTRAINT teleworker_membership_group_fkey
        REFERENCES teleworker_group (id) ON DELETE CASCADE,
    customer uuid NOT NULL CONSTRAINT teleworker_membership_customer_fkey REFERENCES customer (id),
    CONSTRAINT teleworker_membership_pkey PRIMARY KEY (teleworker, teleworker_group)
);
CREATE INDEX teleworker_membership_of_group ON teleworker_membership (teleworker_group);
--rollback DROP TABLE teleworker_membership;

--changeset provisioner:0021-teleworker-certificate
--comment: whose client certificate it is
CREATE TABLE teleworker_certificate (
    certificate uuid NOT NULL CONSTRAINT teleworker_certificate_pkey PRIMARY KEY
        CONSTRAINT teleworker_certificate_certificate_fkey REFERENCES certificate (id),
    teleworker uuid NOT NULL CONSTRAINT teleworker_certificate_teleworker_fkey REFERENCES teleworker (id),
    customer uuid NOT NULL CONSTRAINT teleworker_certificate_customer_fkey REFERENCES customer (id)
);
CREATE INDEX teleworker_certificate_of_teleworker ON teleworker_certificate (teleworker);
--rollback DROP TABLE teleworker_certificate;
