--liquibase formatted sql
--changeset provisioner:0032-certificate-listing
--comment: certificates are listed by when they were issued, and found by serial number and by whose they are
CREATE INDEX certificate_issued ON certificate (issued_at, id);
CREATE INDEX certificate_of_serial_number ON certificate (serial_number);
CREATE INDEX certificate_of_subject ON certificate (subject);
CREATE INDEX tunnel_of_identity ON tunnel (identity);
--rollback DROP INDEX tunnel_of_identity; DROP INDEX certificate_of_subject;
--rollback DROP INDEX certificate_of_serial_number; DROP INDEX certificate_issued;
