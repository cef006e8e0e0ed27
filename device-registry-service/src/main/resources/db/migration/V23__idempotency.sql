-- What was created under a key that the caller chose, for a day: a retry finds it and creates nothing.
CREATE TABLE idempotency_key (
    organisation_id uuid        NOT NULL,
    key             text        NOT NULL,
    request_hash    text        NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
    created_id      uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (organisation_id, created_at);
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_key_organisation ON idempotency_key
    USING (organisation_id = NULLIF(current_setting('pulsewarden.organisation', true), '')::uuid);

GRANT SELECT, INSERT, DELETE ON idempotency_key TO device_registry_service;
