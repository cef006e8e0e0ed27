-- Instances that say every few seconds that they live. No PHI. All times are the database's.
CREATE TABLE telemetry_instance (
  instance_id    uuid NOT NULL PRIMARY KEY,
  -- Since when it has reached the database without a pause; an instance may judge of others'
  -- silence only by a time in which it could have heard them. Absent for one that does not say
  -- that it lives, being of an earlier release.
  watching_since timestamptz,
  seen_at        timestamptz NOT NULL
);
-- A device went on at another instance while its connection here was open as far as was known. An
-- instance that lives ends it and says so; of one that does not, others say it.
CREATE TABLE replaced_connection (
  connection_id   uuid NOT NULL PRIMARY KEY,
  instance_id     uuid NOT NULL,
  device_id       uuid NOT NULL,
  organisation_id uuid NOT NULL
);
CREATE INDEX replaced_connection_by_instance ON replaced_connection (instance_id);
-- Closed by another instance, since this row's own had fallen silent. One that lives after all says
-- so again.
ALTER TABLE device_session ADD COLUMN presumed_lost boolean NOT NULL DEFAULT false;
CREATE INDEX device_session_open ON device_session (instance_id) WHERE disconnected_at IS NULL;
CREATE INDEX device_session_presumed_lost ON device_session (instance_id) WHERE presumed_lost;
GRANT SELECT, INSERT, UPDATE, DELETE ON telemetry_instance, replaced_connection
  TO telemetry_service;
