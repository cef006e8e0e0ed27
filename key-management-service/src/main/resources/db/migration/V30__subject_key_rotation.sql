-- Which active keys are old, for whoever rotates by age.
CREATE INDEX subject_key_by_age ON subject_key (organisation_id, subject_kind, created_at)
    WHERE state = 'ACTIVE';

-- A subject that was rotated has several keys, and an erasure destroys them all. Each is one event,
-- in a partition of its own, so that a process says of one after the other that it is evicted, and
-- telemetry that what was kept in clear is deleted.
CREATE TABLE evicted_key (
    erasure_id     uuid NOT NULL,
    instance_id    uuid NOT NULL,
    subject_key_id uuid NOT NULL,
    PRIMARY KEY (erasure_id, instance_id, subject_key_id),
    FOREIGN KEY (erasure_id, instance_id) REFERENCES awaited_eviction (erasure_id, instance_id),
    FOREIGN KEY (erasure_id, subject_key_id) REFERENCES erased_key (erasure_id, subject_key_id)
);
CREATE TABLE purged_key (
    erasure_id     uuid   NOT NULL,
    subject_key_id uuid   NOT NULL,
    blind_indexes  bigint NOT NULL CHECK (blind_indexes >= 0),
    held_blocks    bigint NOT NULL CHECK (held_blocks >= 0),
    PRIMARY KEY (erasure_id, subject_key_id),
    FOREIGN KEY (erasure_id, subject_key_id) REFERENCES erased_key (erasure_id, subject_key_id)
);
GRANT SELECT, INSERT ON evicted_key, purged_key TO key_management_service;
