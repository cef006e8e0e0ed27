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
