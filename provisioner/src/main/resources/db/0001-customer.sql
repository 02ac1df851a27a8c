--liquibase formatted sql
--changeset provisioner:0001-customer
--comment: a customer owns tunnels; its name is a label of every branch identity
CREATE TABLE customer (
    id uuid NOT NULL CONSTRAINT customer_pkey PRIMARY KEY,
    name varchar(63) NOT NULL CONSTRAINT customer_name_unique UNIQUE,
    created_at timestamptz NOT NULL
);
--rollback DROP TABLE customer;
