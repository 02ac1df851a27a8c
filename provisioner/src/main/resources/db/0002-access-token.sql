--liquibase formatted sql
--changeset provisioner:0002-access-token
--comment: who may use the API; of a token only its SHA-256 is kept, in hexadecimal
CREATE TABLE access_token (
    id uuid NOT NULL CONSTRAINT access_token_pkey PRIMARY KEY,
    hash varchar(64) NOT NULL CONSTRAINT access_token_hash_unique UNIQUE
        CONSTRAINT access_token_hash_length CHECK (length(hash) = 64),
    role varchar(16) NOT NULL CONSTRAINT access_token_role CHECK (role IN ('OPERATOR', 'CUSTOMER')),
    customer uuid CONSTRAINT access_token_customer_fkey REFERENCES customer (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT access_token_customer_of_role CHECK ((role = 'CUSTOMER') = (customer IS NOT NULL))
);
--rollback DROP TABLE access_token;
