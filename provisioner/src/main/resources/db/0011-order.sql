--liquibase formatted sql
--changeset provisioner:0011-order
--comment: what a customer asked for; one Idempotency-Key of a customer is one order
CREATE TABLE branch_order (
    id uuid NOT NULL CONSTRAINT branch_order_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT branch_order_customer_fkey REFERENCES customer (id),
    idempotency_key varchar(255) NOT NULL,
    request_hash bytea NOT NULL CONSTRAINT branch_order_request_hash_length CHECK (octet_length(request_hash) = 32),
    tunnel uuid NOT NULL CONSTRAINT branch_order_tunnel_unique UNIQUE
        CONSTRAINT branch_order_tunnel_fkey REFERENCES tunnel (id),
    device_family varchar(32) NOT NULL,
    certificate_request bytea,
    state varchar(10) NOT NULL
        CONSTRAINT branch_order_state CHECK (state IN ('ACCEPTED', 'CONFIGURED', 'READY', 'LIVE', 'FAILED')),
    created_at timestamptz NOT NULL,
    CONSTRAINT branch_order_idempotency_key_unique UNIQUE (customer, idempotency_key)
);
CREATE INDEX branch_order_by_state ON branch_order (state, created_at);
COMMENT ON COLUMN branch_order.request_hash IS 'SHA-256 of the canonical request, to tell a repeat from another order';
COMMENT ON COLUMN branch_order.certificate_request IS 'PKCS#10; null if the key is made here';
--rollback DROP TABLE branch_order;

--changeset provisioner:0011-order-step
--comment: what was done for an order, when, and how it went
CREATE TABLE order_step (
    branch_order uuid NOT NULL CONSTRAINT order_step_order_fkey REFERENCES branch_order (id),
    name varchar(16) NOT NULL CONSTRAINT order_step_name CHECK (name IN
        ('validate', 'allocate', 'credential', 'configure', 'load', 'hand-over', 'go-live')),
    customer uuid NOT NULL CONSTRAINT order_step_customer_fkey REFERENCES customer (id),
    outcome varchar(8) NOT NULL CONSTRAINT order_step_outcome CHECK (outcome IN ('RUNNING', 'DONE', 'FAILED')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    detail text,
    CONSTRAINT order_step_pkey PRIMARY KEY (branch_order, name),
    CONSTRAINT order_step_finished CHECK ((outcome = 'RUNNING') = (finished_at IS NULL))
);
--rollback DROP TABLE order_step;
