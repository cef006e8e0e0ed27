-- A key is its caller's own: another's same key finds nothing and takes nothing. Keys from before this
-- column, of a day at most, are nobody's; a release from before it goes on by organisation and key.
ALTER TABLE idempotency_key ADD COLUMN caller text NOT NULL DEFAULT '';
ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey;
ALTER TABLE idempotency_key ADD PRIMARY KEY (organisation_id, caller, key);
