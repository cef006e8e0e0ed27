-- What If-Match compares.
ALTER TABLE manufacturer_ca ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE enrolment_request ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- Wishes for another issuing CA that came with an idempotency key. A CA is made outside of any
-- transaction: the wish sent again tells by the issuers of then whether it was made.
CREATE TABLE issuer_introduction (
    id              uuid PRIMARY KEY,
    organisation_id uuid   NOT NULL,
    -- SHA-256 of the issuers' certificates before, in hexadecimal.
    known           text[] NOT NULL
);
ALTER TABLE issuer_introduction ENABLE ROW LEVEL SECURITY;
ALTER TABLE issuer_introduction FORCE ROW LEVEL SECURITY;
CREATE POLICY issuer_introduction_organisation ON issuer_introduction
    USING (organisation_id = NULLIF(current_setting('pulsewarden.organisation', true), '')::uuid);

GRANT SELECT, INSERT ON issuer_introduction TO device_registry_service;
