-- What a device sent and was refused while an erased patient wore it goes with the patient's keys,
-- as readings on hold do: it is sealed under the device's key, not the patient's.
ALTER TABLE erased_patient ADD COLUMN quarantined bigint NOT NULL DEFAULT 0;
GRANT DELETE ON quarantine_record TO telemetry_service;
