-- How far each destination of the log's stream got: the first entry that it is not known to have.
-- Neither the log nor its index: the service moves it.
CREATE TABLE siem_cursor (
    destination text PRIMARY KEY,
    next_index  bigint      NOT NULL CHECK (next_index >= 0),
    moved_at    timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON siem_cursor TO audit_service;
