--liquibase formatted sql
--changeset provisioner:0030-tunnel-renewal
--comment: certificates that a branch got after its first one; tunnel.certificate is the newest
CREATE TABLE tunnel_renewal (
    certificate uuid NOT NULL CONSTRAINT tunnel_renewal_pkey PRIMARY KEY
        CONSTRAINT tunnel_renewal_certificate_fkey REFERENCES certificate (id),
    tunnel uuid NOT NULL CONSTRAINT tunnel_renewal_tunnel_fkey REFERENCES tunnel (id),
    former uuid NOT NULL CONSTRAINT tunnel_renewal_former_fkey REFERENCES certificate (id),
    request_hash varchar(64) NOT NULL
        CONSTRAINT tunnel_renewal_request_hash_length CHECK (length(request_hash) = 64),
    renewed_at timestamptz NOT NULL
);
CREATE INDEX tunnel_renewal_of_tunnel ON tunnel_renewal (tunnel, renewed_at);
CREATE INDEX tunnel_renewal_of_former ON tunnel_renewal (former);
COMMENT ON COLUMN tunnel_renewal.former IS 'the tunnel''s certificate until then; it stays good unless it was revoked';
COMMENT ON COLUMN tunnel_renewal.request_hash IS 'SHA-256 of the PKCS#10 request in DER';
--rollback DROP TABLE tunnel_renewal;

--changeset provisioner:0030-tunnel-renewal-wish
--comment: the branch's device is to renew before it is time; gone when it did
CREATE TABLE tunnel_renewal_wish (
    tunnel uuid NOT NULL CONSTRAINT tunnel_renewal_wish_pkey PRIMARY KEY
        CONSTRAINT tunnel_renewal_wish_tunnel_fkey REFERENCES tunnel (id),
    wanted_at timestamptz NOT NULL
);
--rollback DROP TABLE tunnel_renewal_wish;
