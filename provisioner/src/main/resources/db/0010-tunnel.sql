--liquibase formatted sql
--changeset provisioner:0010-btree-gist
--comment: equality of uuid beside overlap of networks in one exclusion constraint; a trusted extension since PostgreSQL 13
CREATE EXTENSION IF NOT EXISTS btree_gist;
--rollback DROP EXTENSION btree_gist;

--changeset provisioner:0010-tunnel
--comment: one tunnel of one branch; while it is not ended its identity and probe address are its own
CREATE TABLE tunnel (
    id uuid NOT NULL CONSTRAINT tunnel_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT tunnel_customer_fkey REFERENCES customer (id),
    concentrator uuid NOT NULL CONSTRAINT tunnel_concentrator_fkey REFERENCES concentrator (id),
    branch varchar(63) NOT NULL,
    identity varchar(253) NOT NULL,
    probe_address inet NOT NULL,
    state varchar(8) NOT NULL CONSTRAINT tunnel_state CHECK (state IN ('ACTIVE', 'ENDING', 'ENDED')),
    certificate uuid CONSTRAINT tunnel_certificate_unique UNIQUE
        CONSTRAINT tunnel_certificate_fkey REFERENCES certificate (id),
    configured_version bigint,
    created_at timestamptz NOT NULL,
    ending_version bigint,
    ending_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT tunnel_configured_complete CHECK ((certificate IS NULL) = (configured_version IS NULL)),
    CONSTRAINT tunnel_ending_complete CHECK (state <> 'ENDING' OR ending_version IS NOT NULL),
    CONSTRAINT tunnel_ending_at_complete CHECK ((state = 'ACTIVE') = (ending_at IS NULL)),
    CONSTRAINT tunnel_ended_complete CHECK ((state = 'ENDED') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX tunnel_identity_unique ON tunnel (identity) WHERE state <> 'ENDED';
CREATE UNIQUE INDEX tunnel_probe_address_unique ON tunnel (probe_address) WHERE state <> 'ENDED';
CREATE INDEX tunnel_of_customer ON tunnel (customer, id);
CREATE INDEX tunnel_of_concentrator ON tunnel (concentrator) WHERE state <> 'ENDED';
COMMENT ON COLUMN tunnel.configured_version IS
    'first version of the concentrator''s desired state that has it; null until it has a certificate';
COMMENT ON COLUMN tunnel.ending_version IS 'first version of the desired state that no longer has it; null if none ever had it';
--rollback DROP TABLE tunnel;

--changeset provisioner:0010-tunnel-network
--comment: protected networks; no two occupied ones overlap within a customer, nor on a concentrator
CREATE TABLE tunnel_network (
    tunnel uuid NOT NULL CONSTRAINT tunnel_network_tunnel_fkey REFERENCES tunnel (id),
    network cidr NOT NULL,
    customer uuid NOT NULL,
    concentrator uuid NOT NULL,
    occupied boolean NOT NULL DEFAULT true,
    CONSTRAINT tunnel_network_pkey PRIMARY KEY (tunnel, network),
    CONSTRAINT tunnel_network_customer_overlap
        EXCLUDE USING gist (customer WITH =, network inet_ops WITH &&) WHERE (occupied),
    CONSTRAINT tunnel_network_concentrator_overlap
        EXCLUDE USING gist (concentrator WITH =, network inet_ops WITH &&) WHERE (occupied)
);
COMMENT ON COLUMN tunnel_network.occupied IS 'false once the tunnel is ended';
--rollback DROP TABLE tunnel_network;

--changeset provisioner:0010-branch-key
--comment: key and certificate as PKCS#12, sealed under a key that is not in the database; deleted when handed out
CREATE TABLE branch_key (
    tunnel uuid NOT NULL CONSTRAINT branch_key_pkey PRIMARY KEY
        CONSTRAINT branch_key_tunnel_fkey REFERENCES tunnel (id),
    customer uuid NOT NULL CONSTRAINT branch_key_customer_fkey REFERENCES customer (id),
    sealed bytea NOT NULL
);
--rollback DROP TABLE branch_key;
