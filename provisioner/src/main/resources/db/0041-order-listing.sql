--liquibase formatted sql
--changeset provisioner:0041-order-listing
--comment: a customer's orders are listed by when they were placed
CREATE INDEX branch_order_of_customer ON branch_order (customer, created_at, id);
--rollback DROP INDEX branch_order_of_customer;
