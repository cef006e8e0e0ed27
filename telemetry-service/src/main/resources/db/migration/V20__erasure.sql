-- Patients whose keys were destroyed: what was deleted of them, and whether key management knows.
CREATE TABLE erased_patient (
  subject_key_id  uuid   NOT NULL PRIMARY KEY,
  organisation_id uuid   NOT NULL,
  patient_id      uuid   NOT NULL,
  blind_indexes   bigint NOT NULL,
  held_blocks     bigint NOT NULL,
  purged_at       timestamptz NOT NULL DEFAULT now(),
  confirmed_at    timestamptz
);
CREATE INDEX erased_patient_unconfirmed ON erased_patient (purged_at) WHERE confirmed_at IS NULL;
GRANT SELECT, INSERT ON erased_patient TO telemetry_service;
GRANT UPDATE (confirmed_at) ON erased_patient TO telemetry_service;

-- Blind indexes and readings held by a device are not sealed under the patient's key: they go.
GRANT DELETE ON patient_identifier TO telemetry_service;
GRANT DELETE ON vital_block TO telemetry_service;
