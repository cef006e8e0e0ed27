-- Who signed a certificate: SHA-256 over the issuer's SubjectPublicKeyInfo. Absent in rows from before
-- there could be a second issuer; such a certificate is the first issuer's.
ALTER TABLE certificate ADD COLUMN issuer_key_hash text CHECK (issuer_key_hash ~ '^[0-9a-f]{64}$');
CREATE INDEX certificate_revoked ON certificate (not_after) WHERE revoked_at IS NOT NULL;

-- Numbers of revocation lists, of all issuers and instances: ascending for each (RFC 5280, 5.2.3).
CREATE SEQUENCE crl_number;
GRANT USAGE ON SEQUENCE crl_number TO device_registry_service;

-- Tells instances that keep signed answers whose status changed, with the commit that changed it.
CREATE FUNCTION certificate_status_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('certificate_status', (to_jsonb(NEW) ->> TG_ARGV[0]));
    RETURN NULL;
END $$;
CREATE TRIGGER certificate_revoked AFTER UPDATE OF revoked_at ON certificate
    FOR EACH ROW WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
    EXECUTE FUNCTION certificate_status_changed('device_id');
CREATE TRIGGER device_held AFTER UPDATE OF lifecycle ON device
    FOR EACH ROW WHEN (OLD.lifecycle IS DISTINCT FROM NEW.lifecycle)
    EXECUTE FUNCTION certificate_status_changed('id');
