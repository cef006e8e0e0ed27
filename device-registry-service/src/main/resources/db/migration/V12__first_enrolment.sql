-- How an organisation's devices enrol, apart from the claim that every device may have.
CREATE TABLE enrolment_settings (
    organisation_id uuid PRIMARY KEY,
    label           text UNIQUE CHECK (label ~ '^[a-z0-9][a-z0-9-]{0,62}$'
        AND label NOT IN ('cacerts', 'csrattrs', 'simpleenroll', 'simplereenroll', 'fullcmc', 'serverkeygen')),
    manual_approval boolean     NOT NULL,
    changed_at      timestamptz NOT NULL
);

-- Authorities whose device certificates prove a device's serial number, at first enrolment alone.
CREATE TABLE manufacturer_ca (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    manufacturer    text        NOT NULL,
    -- SHA-256 over the encoded subject: what an issuer's name in a chain is looked up by.
    subject_hash    text        NOT NULL CHECK (subject_hash ~ '^[0-9a-f]{64}$'),
    fingerprint     text        NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    der             bytea       NOT NULL,
    added_at        timestamptz NOT NULL,
    removed_at      timestamptz
);
CREATE UNIQUE INDEX manufacturer_ca_once ON manufacturer_ca (organisation_id, manufacturer, fingerprint)
    WHERE removed_at IS NULL;
CREATE INDEX manufacturer_ca_subject ON manufacturer_ca (subject_hash) WHERE removed_at IS NULL;

-- The one request of a device that a person has to approve; another key takes its place.
CREATE TABLE enrolment_request (
    device_id       uuid PRIMARY KEY REFERENCES device,
    id              uuid        NOT NULL UNIQUE,
    organisation_id uuid        NOT NULL,
    key_hash        text        NOT NULL CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    state           text        NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'USED')),
    requested_at    timestamptz NOT NULL,
    decided_at      timestamptz,
    decided_by      text
);
CREATE INDEX enrolment_request_page ON enrolment_request (organisation_id, state, requested_at);

-- The walls between organisations: a transaction says for whom it works, or that it is the system's.
DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY ['enrolment_settings', 'manufacturer_ca', 'enrolment_request'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY %I ON %I USING (organisation_id ='
            ' NULLIF(current_setting(''pulsewarden.organisation'', true), '''')::uuid)',
            walled || '_organisation', walled);
        EXECUTE format('CREATE POLICY %I ON %I USING (current_setting(''pulsewarden.system'', true) = ''on'')',
            walled || '_system', walled);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON enrolment_settings, manufacturer_ca, enrolment_request
    TO device_registry_service;
