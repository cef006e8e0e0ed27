-- Subject keys, each wrapped by a KEK that is not here.
CREATE TABLE subject_key (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    subject_kind    text        NOT NULL CHECK (subject_kind IN ('PATIENT', 'DEVICE', 'ORGANISATION')),
    subject_id      uuid        NOT NULL,
    version         int         NOT NULL CHECK (version >= 1),
    state           text        NOT NULL CHECK (state IN ('ACTIVE', 'ROTATING', 'DESTROYED')),
    shard           int         NOT NULL CHECK (shard BETWEEN 0 AND 15),
    kek_version     int         NOT NULL CHECK (kek_version >= 1),
    wrapped         bytea,
    created_at      timestamptz NOT NULL,
    rotated_at      timestamptz,
    destroyed_at    timestamptz,
    UNIQUE (organisation_id, subject_kind, subject_id, version),
    CHECK ((wrapped IS NULL) = (state = 'DESTROYED')),
    CHECK ((destroyed_at IS NULL) = (state <> 'DESTROYED'))
);

-- One key at a time seals a subject's data.
CREATE UNIQUE INDEX subject_key_one_active
    ON subject_key (organisation_id, subject_kind, subject_id) WHERE state = 'ACTIVE';
CREATE INDEX subject_key_by_subject ON subject_key (subject_id);

-- What leaves by Kafka once, and only if, the transaction that wrote it commits.
-- kind: 0 = a record as it is, 1 = an audit event without its place in the chain, 2 = an audit record.
-- Sent in the order of id. Two transactions may commit in another order than their ids; what must
-- stay in order has to be written under a lock of its own, such as that of the entity's row.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text        NOT NULL,
    partition  int,
    record_key bytea,
    value      bytea       NOT NULL,
    kind       smallint    NOT NULL CHECK (kind IN (0, 1, 2)),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Where this service's outbox chain of audit records stands: a row while a chain is open.
CREATE TABLE audit_chain (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    incarnation   bytea  NOT NULL CHECK (octet_length(incarnation) = 16),
    next_sequence bigint NOT NULL CHECK (next_sequence >= 0),
    last_hash     bytea  NOT NULL CHECK (octet_length(last_hash) = 32)
);

-- No UPDATE and no DELETE of keys: nothing here changes or destroys one yet.
GRANT SELECT, INSERT ON subject_key TO key_management_service;
GRANT SELECT, INSERT, DELETE ON outbox TO key_management_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO key_management_service;
