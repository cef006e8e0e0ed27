-- Issuing CAs that the device feed names. Kept so that a restart, or another instance, knows how
-- long telemetry has had the chance to read of one: it does not sign before.
CREATE TABLE issuer_announcement (
    -- SHA-256 of the certificate, in hexadecimal, as in the feed's key.
    fingerprint text PRIMARY KEY,
    -- When its record had left the outbox; null while it waits there.
    sent_at timestamptz
);

GRANT SELECT, INSERT, UPDATE ON issuer_announcement TO device_registry_service;
