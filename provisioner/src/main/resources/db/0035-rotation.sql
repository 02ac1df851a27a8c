--liquibase formatted sql
--changeset provisioner:0035-rotation
--comment: a change of keys of many, in waves; kept for ever as the record of what was done
CREATE TABLE rotation (
    id uuid NOT NULL CONSTRAINT rotation_pkey PRIMARY KEY,
    kind varchar(16) NOT NULL,
    state varchar(12) NOT NULL CONSTRAINT rotation_state
        CHECK (state IN ('RUNNING', 'STOPPED', 'ROLLED_BACK', 'DONE', 'ABORTED')),
    canary integer NOT NULL,
    wave_size integer NOT NULL,
    wave_seconds integer NOT NULL,
    aborted boolean NOT NULL DEFAULT false,
    cause text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE UNIQUE INDEX rotation_under_way ON rotation ((true)) WHERE state IN ('RUNNING', 'STOPPED');
COMMENT ON COLUMN rotation.state IS 'STOPPED: the former keys are being put back in use';
--rollback DROP TABLE rotation;

--changeset provisioner:0035-rotation-wave
--comment: what is changed together
CREATE TABLE rotation_wave (
    rotation uuid NOT NULL CONSTRAINT rotation_wave_rotation_fkey REFERENCES rotation (id),
    number integer NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT rotation_wave_pkey PRIMARY KEY (rotation, number)
);
CREATE TABLE rotation_target (
    rotation uuid NOT NULL,
    wave integer NOT NULL,
    target uuid NOT NULL,
    position integer NOT NULL,
    step varchar(16) NOT NULL CONSTRAINT rotation_target_step
        CHECK (step IN ('CONCENTRATOR', 'GATEWAY', 'REAUTHENTICATE')),
    name varchar(253) NOT NULL,
    node uuid NOT NULL,
    state varchar(12) NOT NULL CONSTRAINT rotation_target_state
        CHECK (state IN ('PENDING', 'RUNNING', 'DONE', 'SKIPPED', 'FAILED')),
    detail text NOT NULL DEFAULT '',
    authenticated_after timestamptz,
    lost_before bigint,
    lost_packets bigint NOT NULL DEFAULT 0,
    CONSTRAINT rotation_target_pkey PRIMARY KEY (rotation, wave, target),
    CONSTRAINT rotation_target_wave_fkey FOREIGN KEY (rotation, wave) REFERENCES rotation_wave (rotation, number)
);
COMMENT ON COLUMN rotation_target.node IS 'the concentrator or gateway whose desired state it is in';
COMMENT ON COLUMN rotation_target.lost_packets IS 'of the once-per-second probes, from the start of its wave to its end';
--rollback DROP TABLE rotation_target;
--rollback DROP TABLE rotation_wave;
