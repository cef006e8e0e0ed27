-- Erasures of patients, from the request to the receipt. A row stays for ever: it says no PHI.
CREATE TABLE erasure (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    patient_id      uuid        NOT NULL,
    state           text        NOT NULL
        CHECK (state IN ('REQUESTED', 'CONFIRMED', 'CALLED_OFF', 'DESTROYED', 'COMPLETED')),
    reason          text        NOT NULL,
    legal_basis     text        NOT NULL,
    requested_by    text        NOT NULL,
    requested_at    timestamptz NOT NULL,
    confirmed_by    text,
    confirmed_at    timestamptz,
    due_at          timestamptz,
    called_off_by   text,
    called_off_at   timestamptz,
    destroyed_at    timestamptz,
    blind_indexes   bigint,
    held_blocks     bigint,
    purged_at       timestamptz,
    completed_at    timestamptz,
    receipt         text,
    CHECK (confirmed_by <> requested_by),
    CHECK ((confirmed_by IS NULL) = (due_at IS NULL)),
    CHECK ((receipt IS NULL) = (state <> 'COMPLETED'))
);
-- What was called off may be asked for again; what was not, is asked for once.
CREATE UNIQUE INDEX erasure_one_a_patient ON erasure (organisation_id, patient_id) WHERE state <> 'CALLED_OFF';
CREATE INDEX erasure_under_way ON erasure (due_at) WHERE state IN ('CONFIRMED', 'DESTROYED');

-- Which keys an erasure destroyed, and under which KEK version backups still have them.
CREATE TABLE erased_key (
    erasure_id     uuid NOT NULL REFERENCES erasure (id),
    subject_key_id uuid NOT NULL,
    version        int  NOT NULL,
    shard          int  NOT NULL,
    kek_version    int  NOT NULL,
    PRIMARY KEY (erasure_id, subject_key_id)
);
CREATE INDEX erased_key_by_id ON erased_key (subject_key_id);

-- Processes that hold keys, and when the last of what they got must be forgotten.
CREATE TABLE key_holder (
    instance_id uuid PRIMARY KEY,
    service     text        NOT NULL,
    holds_until timestamptz NOT NULL
);

-- Whom an erasure waits for: until the process says that it has evicted, or can't have the key any more.
CREATE TABLE awaited_eviction (
    erasure_id  uuid NOT NULL REFERENCES erasure (id),
    instance_id uuid NOT NULL,
    service     text NOT NULL,
    fenced_at   timestamptz NOT NULL,
    evicted_at  timestamptz,
    PRIMARY KEY (erasure_id, instance_id)
);

GRANT SELECT, INSERT, UPDATE ON erasure TO key_management_service;
GRANT SELECT, INSERT ON erased_key TO key_management_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON key_holder TO key_management_service;
GRANT SELECT, INSERT ON awaited_eviction TO key_management_service;
GRANT UPDATE (evicted_at) ON awaited_eviction TO key_management_service;
-- To rotate and to destroy a subject key. Never to delete its row: 'erased' has to be told from 'unknown'.
GRANT UPDATE (state, wrapped, rotated_at, destroyed_at) ON subject_key TO key_management_service;
