--liquibase formatted sql
--changeset provisioner:0022-teleworker-session
--comment: a session that was granted, what its gateway said of it, and whether it has to end
CREATE TABLE teleworker_session (
    id varchar(32) NOT NULL CONSTRAINT teleworker_session_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT teleworker_session_customer_fkey REFERENCES customer (id),
    gateway uuid NOT NULL CONSTRAINT teleworker_session_gateway_fkey REFERENCES gateway (id),
    teleworker uuid NOT NULL CONSTRAINT teleworker_session_teleworker_fkey REFERENCES teleworker (id),
    group_name varchar(63) NOT NULL,
    created_at timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    source varchar(45) NOT NULL,
    client_hostname text,
    user_agent text,
    channel varchar(4) NOT NULL DEFAULT 'NONE'
        CONSTRAINT teleworker_session_channel CHECK (channel IN ('NONE', 'TLS', 'DTLS')),
    inner_v4 varchar(45),
    inner_v6 varchar(45),
    octets_from_client bigint NOT NULL DEFAULT 0,
    octets_to_client bigint NOT NULL DEFAULT 0,
    packets_from_client bigint NOT NULL DEFAULT 0,
    packets_to_client bigint NOT NULL DEFAULT 0,
    last_sequence bigint NOT NULL DEFAULT 0,
    last_event_at timestamptz,
    ending_at timestamptz,
    ending_message text,
    ended_at timestamptz,
    end_reason varchar(20),
    CONSTRAINT teleworker_session_ending_complete CHECK ((ending_at IS NULL) = (ending_message IS NULL)),
    CONSTRAINT teleworker_session_ended_complete CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX teleworker_session_of_customer ON teleworker_session (customer, id) WHERE ended_at IS NULL;
CREATE INDEX teleworker_session_of_teleworker ON teleworker_session (teleworker) WHERE ended_at IS NULL;
CREATE INDEX teleworker_session_ending ON teleworker_session (gateway) WHERE ended_at IS NULL AND ending_at IS NOT NULL;
CREATE INDEX teleworker_session_overdue ON teleworker_session (not_after) WHERE ended_at IS NULL;
COMMENT ON COLUMN teleworker_session.ending_at IS 'since when it is on the list of those that the gateway has to end';
--rollback DROP TABLE teleworker_session;

--changeset provisioner:0022-session-event
--comment: what happened to a session and what it carried since the event before; never altered
CREATE TABLE session_event (
    session varchar(32) NOT NULL CONSTRAINT session_event_session_fkey REFERENCES teleworker_session (id),
    sequence bigint NOT NULL,
    customer uuid NOT NULL CONSTRAINT session_event_customer_fkey REFERENCES customer (id),
    at timestamptz NOT NULL,
    event varchar(8) NOT NULL
        CONSTRAINT session_event_event CHECK (event IN ('STARTED', 'ROAMED', 'CARRIED', 'LOST', 'ENDED')),
    channel varchar(4) NOT NULL,
    source varchar(45),
    octets_from_client bigint NOT NULL,
    octets_to_client bigint NOT NULL,
    packets_from_client bigint NOT NULL,
    packets_to_client bigint NOT NULL,
    end_reason varchar(20),
    CONSTRAINT session_event_pkey PRIMARY KEY (session, sequence)
);
--rollback DROP TABLE session_event;
