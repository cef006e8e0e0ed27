-- When a connection was written down, which may be long after the device connected: a look for
-- what is new goes by this, and which of two connections is the newer one by connected_at. Empty in
-- rows of before; a release from before it does not keep it up, and is found by connected_at.
ALTER TABLE device_session ADD COLUMN recorded_at timestamptz;
CREATE INDEX device_session_by_recorded_at ON device_session (recorded_at);
