-- A wish for an issuing CA is kept for as long as the key that can bring it back, and no longer.
ALTER TABLE issuer_introduction ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
GRANT DELETE ON issuer_introduction TO device_registry_service;
