-- Why an input was refused, so that reasons are counted without opening what was refused: a code of
-- docs/formats/vitals.md, never a value. Absent in what was refused before there was this column.
ALTER TABLE quarantine_record ADD COLUMN reason text;
-- Counts of a device read this index and nothing else.
CREATE INDEX quarantine_record_by_device_and_reason ON quarantine_record
  (organisation_id, device_id, received_at_ms, partition, message_offset) INCLUDE (reason);
DROP INDEX quarantine_record_by_device;
