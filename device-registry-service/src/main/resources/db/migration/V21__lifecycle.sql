-- What telemetry reported about a device. Every column only grows.
CREATE TABLE device_activity (
    device_id                     uuid PRIMARY KEY REFERENCES device,
    connected_at                  timestamptz,
    disconnected_at               timestamptz,
    seen_at                       timestamptz GENERATED ALWAYS AS (GREATEST(connected_at, disconnected_at)) STORED,
    configuration_version         bigint NOT NULL DEFAULT 0,
    configuration_acknowledged_at timestamptz
);
CREATE INDEX device_activity_seen ON device_activity (seen_at);
ALTER TABLE device_activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_activity FORCE ROW LEVEL SECURITY;
CREATE POLICY device_activity_wall ON device_activity
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = device_activity.device_id));

-- One person asks for it and says what became of the data; another confirms. Called off: no row.
CREATE TABLE decommissioning (
    device_id              uuid PRIMARY KEY REFERENCES device,
    reason                 text        NOT NULL,
    sanitisation_method    text        NOT NULL CHECK (sanitisation_method IN (
        'clear', 'purge', 'destroy', 'nothing-stored', 'not-possible')),
    sanitised_at           timestamptz,
    sanitisation_reference text,
    requested_by           text        NOT NULL,
    requested_at           timestamptz NOT NULL,
    confirmed_by           text,
    confirmed_at           timestamptz,
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT decommissioning_two_people CHECK (confirmed_by <> requested_by),
    CONSTRAINT decommissioning_documented CHECK (
        sanitisation_method IN ('nothing-stored', 'not-possible')
        OR (sanitised_at IS NOT NULL AND sanitisation_reference IS NOT NULL))
);
ALTER TABLE decommissioning ENABLE ROW LEVEL SECURITY;
ALTER TABLE decommissioning FORCE ROW LEVEL SECURITY;
CREATE POLICY decommissioning_wall ON decommissioning
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = decommissioning.device_id));

-- An assignment that was to begin later and never will. It stays for the history.
ALTER TABLE assignment ADD COLUMN cancelled_at timestamptz;
ALTER TABLE assignment DROP CONSTRAINT assignment_alone;
ALTER TABLE assignment ADD CONSTRAINT assignment_alone EXCLUDE USING gist (
    device_id WITH =, tstzrange(from_at, until_at, '[)') WITH &&) WHERE (cancelled_at IS NULL);

GRANT SELECT, INSERT, UPDATE ON device_activity TO device_registry_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON decommissioning TO device_registry_service;
