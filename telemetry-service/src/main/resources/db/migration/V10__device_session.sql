-- One row for each device that ever connected: its session as any instance is to find it, and what
-- the device acknowledged. No PHI.
CREATE TABLE device_session (
  device_id       uuid NOT NULL PRIMARY KEY,
  organisation_id uuid NOT NULL,
  -- The newest connection, and the instance that has it: an older one elsewhere was taken over.
  connection_id   uuid NOT NULL,
  instance_id     uuid NOT NULL,
  connected_at    timestamptz NOT NULL,
  -- Absent while it is connected as far as is known; an instance that died could not say so.
  disconnected_at timestamptz,
  end_reason      text,
  -- How long the session outlives its connection (MQTT 5, section 3.1.2.11.2).
  expiry_seconds  bigint NOT NULL CHECK (expiry_seconds >= 0),
  -- Granted QoS of each topic that the device listens to; absent: it doesn't.
  receipts_qos    smallint CHECK (receipts_qos IN (0, 1)),
  config_qos      smallint CHECK (config_qos IN (0, 1)),
  notices_qos     smallint CHECK (notices_qos IN (0, 1)),
  -- The highest configuration that the device acknowledged.
  configuration_version         bigint,
  configuration_acknowledged_at timestamptz
);
-- Each instance looks every second for what connected elsewhere since.
CREATE INDEX device_session_by_connected_at ON device_session (connected_at);
GRANT SELECT, INSERT, UPDATE ON device_session TO telemetry_service;
