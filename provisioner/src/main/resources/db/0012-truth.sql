--liquibase formatted sql
--changeset provisioner:0012-tunnel-observation
--comment: what was said last of a tunnel; its truths are in tunnel_truth
CREATE TABLE tunnel_observation (
    tunnel uuid NOT NULL CONSTRAINT tunnel_observation_pkey PRIMARY KEY
        CONSTRAINT tunnel_observation_tunnel_fkey REFERENCES tunnel (id),
    customer uuid NOT NULL CONSTRAINT tunnel_observation_customer_fkey REFERENCES customer (id),
    live_at timestamptz,
    problem text,
    security_association jsonb,
    round_trip_microseconds bigint
);
COMMENT ON COLUMN tunnel_observation.live_at IS 'when it first carried traffic; availability counts from here';
COMMENT ON COLUMN tunnel_observation.problem IS 'why charon did not load it, in its own words; null if it did';
--rollback DROP TABLE tunnel_observation;

--changeset provisioner:0012-tunnel-truth
--comment: the present truths of a tunnel, as far as its concentrator saw them
CREATE TABLE tunnel_truth (
    tunnel uuid NOT NULL CONSTRAINT tunnel_truth_tunnel_fkey REFERENCES tunnel (id),
    truth varchar(12) NOT NULL CONSTRAINT tunnel_truth_truth CHECK (truth IN ('LOADED', 'ESTABLISHED', 'CARRYING')),
    customer uuid NOT NULL CONSTRAINT tunnel_truth_customer_fkey REFERENCES customer (id),
    holds boolean NOT NULL,
    since timestamptz NOT NULL,
    cause text NOT NULL,
    CONSTRAINT tunnel_truth_pkey PRIMARY KEY (tunnel, truth)
);
--rollback DROP TABLE tunnel_truth;

--changeset provisioner:0012-truth-change
--comment: every change of a truth, never altered: availability is computed from it
CREATE TABLE truth_change (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT truth_change_pkey PRIMARY KEY,
    tunnel uuid NOT NULL CONSTRAINT truth_change_tunnel_fkey REFERENCES tunnel (id),
    customer uuid NOT NULL CONSTRAINT truth_change_customer_fkey REFERENCES customer (id),
    truth varchar(12) NOT NULL CONSTRAINT truth_change_truth CHECK (truth IN ('LOADED', 'ESTABLISHED', 'CARRYING')),
    holds boolean NOT NULL,
    at timestamptz NOT NULL,
    cause text NOT NULL
);
CREATE INDEX truth_change_of_tunnel ON truth_change (tunnel, truth, at, id);
--rollback DROP TABLE truth_change;
