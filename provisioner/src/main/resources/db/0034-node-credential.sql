--liquibase formatted sql
--changeset provisioner:0034-node-credential
--comment: every pair of certificates that a node was given; one pair is in force
CREATE TABLE node_credential (
    id uuid NOT NULL CONSTRAINT node_credential_pkey PRIMARY KEY,
    kind varchar(12) NOT NULL CONSTRAINT node_credential_kind CHECK (kind IN ('CONCENTRATOR', 'GATEWAY')),
    node uuid NOT NULL,
    client_certificate uuid NOT NULL CONSTRAINT node_credential_client_certificate_unique UNIQUE
        CONSTRAINT node_credential_client_certificate_fkey REFERENCES certificate (id),
    service_certificate uuid NOT NULL CONSTRAINT node_credential_service_certificate_unique UNIQUE
        CONSTRAINT node_credential_service_certificate_fkey REFERENCES certificate (id),
    key_order uuid,
    request_hash varchar(64),
    state varchar(8) NOT NULL
        CONSTRAINT node_credential_state CHECK (state IN ('ISSUED', 'IN_FORCE', 'KEPT', 'RETIRED')),
    issued_at timestamptz NOT NULL,
    in_force_since timestamptz
);
CREATE UNIQUE INDEX node_credential_in_force_unique ON node_credential (node) WHERE state = 'IN_FORCE';
CREATE UNIQUE INDEX node_credential_request_unique ON node_credential (node, request_hash) WHERE state <> 'RETIRED';
COMMENT ON COLUMN node_credential.service_certificate IS 'what others see: the IKE certificate, or the TLS server certificate';
COMMENT ON COLUMN node_credential.key_order IS 'the order that its keys were made for; null if the node renewed them by itself';
COMMENT ON COLUMN node_credential.state IS 'KEPT: replaced, and the node may still return to it; RETIRED: worth nothing any more';
COMMENT ON COLUMN node_credential.in_force_since IS 'by the node''s own clock; null until the node said so';
INSERT INTO node_credential (id, kind, node, client_certificate, service_certificate, state, issued_at)
    SELECT gen_random_uuid(), 'CONCENTRATOR', id, client_certificate, ike_certificate, 'IN_FORCE', enrolled_at
      FROM concentrator WHERE enrolled_at IS NOT NULL;
INSERT INTO node_credential (id, kind, node, client_certificate, service_certificate, state, issued_at)
    SELECT gen_random_uuid(), 'GATEWAY', id, client_certificate, server_certificate, 'IN_FORCE', enrolled_at
      FROM gateway WHERE enrolled_at IS NOT NULL;
--rollback DROP TABLE node_credential;

--changeset provisioner:0034-node-key-order
--comment: which keys a node is to have, if others than it makes by itself; part of its desired state
CREATE TABLE node_key_order (
    node uuid NOT NULL CONSTRAINT node_key_order_pkey PRIMARY KEY,
    id uuid NOT NULL,
    verdict varchar(6) NOT NULL CONSTRAINT node_key_order_verdict CHECK (verdict IN ('TRY', 'KEEP', 'RETURN'))
);
--rollback DROP TABLE node_key_order;

--changeset provisioner:0034-tunnel-reauthentication
--comment: IKE_SAs that are to be authenticated anew; part of the desired state
CREATE TABLE tunnel_reauthentication (
    tunnel uuid NOT NULL CONSTRAINT tunnel_reauthentication_pkey PRIMARY KEY
        CONSTRAINT tunnel_reauthentication_tunnel_fkey REFERENCES tunnel (id),
    authenticated_after timestamptz NOT NULL
);
COMMENT ON COLUMN tunnel_reauthentication.authenticated_after IS 'by the concentrator''s own clock';
--rollback DROP TABLE tunnel_reauthentication;

--changeset provisioner:0034-probes
--comment: what became of the probes of a tunnel, one a second, since it was first observed
ALTER TABLE tunnel_observation
    ADD COLUMN probes_answered bigint NOT NULL DEFAULT 0,
    ADD COLUMN probes_lost bigint NOT NULL DEFAULT 0;
--rollback ALTER TABLE tunnel_observation DROP COLUMN probes_answered, DROP COLUMN probes_lost;
