-- Whose readings are, looked at again when the registry says so. No PHI: ids, times, positions.

-- By which version of the device's state the block's subject was found; 0: not known.
ALTER TABLE vital_block ADD COLUMN device_version bigint NOT NULL DEFAULT 0;
CREATE INDEX vital_block_held ON vital_block (device_id) WHERE subject_kind = 2;

-- The latest version of each device's state that any instance has seen.
CREATE TABLE device_wearing (
  device_id uuid   NOT NULL PRIMARY KEY,
  version   bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON device_wearing TO telemetry_service;

-- Devices whose blocks are to be looked at. The generation grows with each reason to look, so that
-- one that comes during a look is not taken for done.
CREATE TABLE wearing_check (
  device_id  uuid   NOT NULL PRIMARY KEY,
  generation bigint NOT NULL DEFAULT 0
);
GRANT SELECT, INSERT, UPDATE, DELETE ON wearing_check TO telemetry_service;

-- Readings of a block that are not its patient's after all, by position from 0. Never fewer.
CREATE TABLE withdrawn_reading (
  partition      int    NOT NULL,
  message_offset bigint NOT NULL,
  positions      int[]  NOT NULL,
  -- All of the block's: there is nothing left to look at.
  whole          boolean NOT NULL,
  PRIMARY KEY (partition, message_offset)
);
GRANT SELECT, INSERT, UPDATE ON withdrawn_reading TO telemetry_service;
