-- What devices are set to: for a model, and for one device, which goes first. NULL: the device's own
-- default. Versions only grow; the device sees the sum of its model's and its own.
CREATE TABLE model_configuration (
    id                        uuid PRIMARY KEY,
    organisation_id           uuid   NOT NULL,
    manufacturer              text   NOT NULL,
    model                     text   NOT NULL,
    version                   bigint NOT NULL CHECK (version > 0),
    sampling_interval_s       int CHECK (sampling_interval_s BETWEEN 1 AND 86400),
    reporting_interval_s      int CHECK (reporting_interval_s BETWEEN 1 AND 86400),
    battery_threshold_percent int CHECK (battery_threshold_percent BETWEEN 1 AND 100),
    -- Devices up to this id have been told; NULL: all of them.
    told_up_to                uuid,
    CONSTRAINT model_configuration_one UNIQUE (organisation_id, manufacturer, model)
);
CREATE INDEX model_configuration_untold ON model_configuration (id) WHERE told_up_to IS NOT NULL;
CREATE INDEX device_model ON device (organisation_id, manufacturer, model, id);
ALTER TABLE model_configuration ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_configuration FORCE ROW LEVEL SECURITY;
CREATE POLICY model_configuration_organisation ON model_configuration
    USING (organisation_id = NULLIF(current_setting('pulsewarden.organisation', true), '')::uuid);
CREATE POLICY model_configuration_system ON model_configuration
    USING (current_setting('pulsewarden.system', true) = 'on');

CREATE TABLE device_configuration (
    device_id                 uuid PRIMARY KEY REFERENCES device,
    version                   bigint NOT NULL CHECK (version > 0),
    sampling_interval_s       int CHECK (sampling_interval_s BETWEEN 1 AND 86400),
    reporting_interval_s      int CHECK (reporting_interval_s BETWEEN 1 AND 86400),
    battery_threshold_percent int CHECK (battery_threshold_percent BETWEEN 1 AND 100)
);
ALTER TABLE device_configuration ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_configuration FORCE ROW LEVEL SECURITY;
CREATE POLICY device_configuration_wall ON device_configuration
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = device_configuration.device_id));

-- Whom a gateway may speak for, now. Who was authorised when is in the audit log.
CREATE TABLE gateway_device (
    gateway_id    uuid        NOT NULL REFERENCES device,
    device_id     uuid        NOT NULL REFERENCES device,
    authorised_at timestamptz NOT NULL,
    PRIMARY KEY (gateway_id, device_id),
    CHECK (gateway_id <> device_id)
);
CREATE INDEX gateway_device_device ON gateway_device (device_id);
ALTER TABLE gateway_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE gateway_device FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway_device_wall ON gateway_device
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = gateway_device.device_id)
        AND EXISTS (SELECT 1 FROM device d WHERE d.id = gateway_device.gateway_id));

-- What was done to a device. Codes and a reference, no text: notes stay where the reference points.
CREATE TABLE maintenance_record (
    id           uuid PRIMARY KEY,
    device_id    uuid        NOT NULL REFERENCES device,
    kind         text        NOT NULL CHECK (kind IN (
        'calibration', 'repair', 'update', 'inspection', 'cleaning')),
    outcome      text        NOT NULL CHECK (outcome IN ('passed', 'failed')),
    performed_at timestamptz NOT NULL,
    next_due_at  timestamptz CHECK (next_due_at > performed_at),
    reference    text,
    recorded_by  text        NOT NULL,
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX maintenance_record_device ON maintenance_record (device_id, performed_at);
ALTER TABLE maintenance_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE maintenance_record FORCE ROW LEVEL SECURITY;
CREATE POLICY maintenance_record_wall ON maintenance_record
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = maintenance_record.device_id));

GRANT SELECT, INSERT, UPDATE ON model_configuration, device_configuration TO device_registry_service;
GRANT SELECT, INSERT, DELETE ON gateway_device TO device_registry_service;
GRANT SELECT, INSERT ON maintenance_record TO device_registry_service;
