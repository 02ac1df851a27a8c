--liquibase formatted sql
--changeset provisioner:0020-gateway
--comment: an SSL VPN gateway of one customer; pools of a customer do not overlap
CREATE TABLE gateway (
    id uuid NOT NULL CONSTRAINT gateway_pkey PRIMARY KEY,
    name varchar(63) NOT NULL CONSTRAINT gateway_name_unique UNIQUE,
    customer uuid NOT NULL CONSTRAINT gateway_customer_fkey REFERENCES customer (id),
    identity varchar(253) NOT NULL CONSTRAINT gateway_identity_unique UNIQUE,
    server_names text[] NOT NULL
        CONSTRAINT gateway_server_names_present CHECK (cardinality(server_names) > 0),
    pool_v4 cidr NOT NULL CONSTRAINT gateway_pool_v4_family CHECK (family(pool_v4) = 4),
    pool_v6 cidr CONSTRAINT gateway_pool_v6_family CHECK (family(pool_v6) = 6),
    outer_mtu integer NOT NULL,
    dtls_port integer NOT NULL,
    disconnected_timeout_seconds integer NOT NULL,
    created_at timestamptz NOT NULL,
    desired_version bigint NOT NULL DEFAULT 1,
    versions_from bigint NOT NULL DEFAULT 0,
    enrolled_at timestamptz,
    client_certificate uuid CONSTRAINT gateway_client_certificate_fkey REFERENCES certificate (id),
    server_certificate uuid CONSTRAINT gateway_server_certificate_fkey REFERENCES certificate (id),
    ocsp_staple bytea,
    ocsp_staple_at timestamptz,
    last_seen timestamptz,
    CONSTRAINT gateway_enrolment_complete CHECK (
        (enrolled_at IS NULL) = (client_certificate IS NULL)
        AND (enrolled_at IS NULL) = (server_certificate IS NULL)
        AND (enrolled_at IS NULL) = (ocsp_staple IS NULL)
        AND (enrolled_at IS NULL) = (ocsp_staple_at IS NULL)),
    CONSTRAINT gateway_pool_v4_overlap
        EXCLUDE USING gist (customer WITH =, pool_v4 inet_ops WITH &&),
    CONSTRAINT gateway_pool_v6_overlap
        EXCLUDE USING gist (customer WITH =, pool_v6 inet_ops WITH &&) WHERE (pool_v6 IS NOT NULL)
);
CREATE INDEX gateway_of_certificate ON gateway (client_certificate);
COMMENT ON COLUMN gateway.desired_version IS
    'counts the changes of the desired state; grows in the transaction that makes a change';
COMMENT ON COLUMN gateway.versions_from IS
    'what the node applied below this version was ordered by a database that is no more';
CREATE TRIGGER gateway_desired_version_announced
    AFTER UPDATE OF desired_version ON gateway
    FOR EACH ROW EXECUTE FUNCTION announce_desired_version();
--rollback DROP TABLE gateway;

--changeset provisioner:0020-gateway-enrolment
--comment: the one-time secret of a new gateway, and what it was used for
CREATE TABLE gateway_enrolment (
    gateway uuid NOT NULL CONSTRAINT gateway_enrolment_pkey PRIMARY KEY
        CONSTRAINT gateway_enrolment_gateway_fkey REFERENCES gateway (id),
    secret_hash varchar(64) NOT NULL CONSTRAINT gateway_enrolment_secret_hash_unique UNIQUE
        CONSTRAINT gateway_enrolment_secret_hash_length CHECK (length(secret_hash) = 64),
    expires_at timestamptz NOT NULL,
    request_hash varchar(64)
);
COMMENT ON COLUMN gateway_enrolment.request_hash IS
    'SHA-256 of the two requests it was used with; null while unused';
--rollback DROP TABLE gateway_enrolment;
