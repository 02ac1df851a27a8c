--liquibase formatted sql
--changeset provisioner:0023-login-limit
--comment: how many attempts failed under a user name, whether or not there is such a user
CREATE TABLE login_limit (
    customer uuid NOT NULL CONSTRAINT login_limit_customer_fkey REFERENCES customer (id),
    username varchar(64) NOT NULL,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz,
    CONSTRAINT login_limit_pkey PRIMARY KEY (customer, username)
);
CREATE INDEX login_limit_age ON login_limit (last_at);
COMMENT ON COLUMN login_limit.failures IS 'attempts that did not succeed (yet): one is counted before it is looked at';
--rollback DROP TABLE login_limit;

--changeset provisioner:0023-login-record
--comment: who tried to log in, from where, and what was decided; no secrets, and no name that is not a user''s
CREATE TABLE login_record (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT login_record_pkey PRIMARY KEY,
    customer uuid NOT NULL CONSTRAINT login_record_customer_fkey REFERENCES customer (id),
    gateway uuid NOT NULL CONSTRAINT login_record_gateway_fkey REFERENCES gateway (id),
    at timestamptz NOT NULL,
    teleworker uuid CONSTRAINT login_record_teleworker_fkey REFERENCES teleworker (id),
    group_name varchar(63),
    source varchar(45) NOT NULL,
    decision varchar(24) NOT NULL,
    session varchar(32) CONSTRAINT login_record_session_fkey REFERENCES teleworker_session (id)
);
CREATE INDEX login_record_of_customer ON login_record (customer, at);
CREATE INDEX login_record_age ON login_record (at);
COMMENT ON COLUMN login_record.decision IS 'ACCEPTED, CHALLENGE or the reason of the refusal';
--rollback DROP TABLE login_record;
