-- The service's role may add and change what it has to; it deletes nothing but what was sent.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE device (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    serial_number   text        NOT NULL,
    model           text        NOT NULL,
    manufacturer    text        NOT NULL,
    udi             text,
    kind            text        NOT NULL CHECK (kind IN ('SENSOR', 'GATEWAY', 'PHONE')),
    clockless       boolean     NOT NULL,
    lifecycle       text        NOT NULL CHECK (lifecycle IN (
        'PROCURED', 'REGISTERED', 'ENROLLED', 'ACTIVE', 'MAINTENANCE', 'QUARANTINED', 'LOST', 'DECOMMISSIONED')),
    version         bigint      NOT NULL CHECK (version > 0),
    registered_at   timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT device_label UNIQUE (organisation_id, manufacturer, serial_number)
);
-- Paging walks this one.
CREATE INDEX device_page ON device (organisation_id, registered_at, id);

CREATE TABLE device_claim (
    id          uuid PRIMARY KEY,
    device_id   uuid        NOT NULL REFERENCES device,
    secret_hash text        NOT NULL UNIQUE CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL CHECK (expires_at > created_at),
    used_at     timestamptz,
    voided_at   timestamptz
);
CREATE INDEX device_claim_device ON device_claim (device_id);

CREATE TABLE certificate (
    fingerprint       text PRIMARY KEY CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    device_id         uuid        NOT NULL REFERENCES device,
    serial_number     text        NOT NULL UNIQUE,
    key_hash          text        NOT NULL CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    der               bytea       NOT NULL,
    not_before        timestamptz NOT NULL,
    not_after         timestamptz NOT NULL,
    issued_at         timestamptz NOT NULL,
    revoked_at        timestamptz,
    revocation_reason text,
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
);
CREATE INDEX certificate_device ON certificate (device_id, issued_at);

-- Whose a public key is: the primary key keeps two devices from enrolling one key at once.
CREATE TABLE device_key (
    key_hash    text PRIMARY KEY CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    device_id   uuid    NOT NULL REFERENCES device,
    compromised boolean NOT NULL DEFAULT false
);

CREATE TABLE assignment (
    id         uuid PRIMARY KEY,
    device_id  uuid        NOT NULL REFERENCES device,
    patient_id uuid        NOT NULL,
    version    int         NOT NULL CHECK (version > 0),
    from_at    timestamptz NOT NULL,
    until_at   timestamptz CHECK (until_at > from_at),
    CONSTRAINT assignment_alone EXCLUDE USING gist (
        device_id WITH =, tstzrange(from_at, until_at, '[)') WITH &&)
);

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

GRANT SELECT, INSERT, UPDATE ON device, device_claim, certificate, device_key, assignment
    TO device_registry_service;
GRANT SELECT, INSERT, DELETE ON outbox TO device_registry_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO device_registry_service;
