-- What people wrote for an event of the audit log, sealed under the key of the patient whom it is
-- about, or else of the device (docs/formats/explanation.md). The event has the salted hash.
CREATE TABLE explanation (
  event_id        uuid     PRIMARY KEY,
  organisation_id uuid     NOT NULL,
  subject_kind    smallint NOT NULL CHECK (subject_kind IN (1, 2)), -- 1 patient, 2 device
  subject_id      uuid     NOT NULL,
  written_at_ms   bigint   NOT NULL,
  envelope        bytea    NOT NULL
);
GRANT SELECT, INSERT ON explanation TO telemetry_service;
