-- Devices that number their messages: what has come, and what has not. No PHI: ids, numbers, times.

-- One row for each sender that numbers; written in the transaction that stores a message of it.
CREATE TABLE device_numbering (
  source_id          uuid   NOT NULL,
  organisation_id    uuid   NOT NULL,
  -- How often the numbering began anew.
  run                int    NOT NULL DEFAULT 0,
  -- The highest number of this run; absent in a row that was made to be locked, before its first.
  newest             bigint,
  newest_last_ms     bigint,
  newest_received_ms bigint,
  newest_patient_id  uuid,
  -- When the first reading of this run was measured, and the latest; absent if it has none.
  run_started_ms     bigint,
  latest_ms          bigint,
  -- Messages that have come, those that filled a gap among them.
  received           bigint NOT NULL DEFAULT 0,
  late               bigint NOT NULL DEFAULT 0,
  -- Gaps that are not kept, because there were too many.
  gaps_not_kept      bigint NOT NULL DEFAULT 0,
  gaps_changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, organisation_id)
);
-- Each instance looks every second for what its devices have to be told.
CREATE INDEX device_numbering_by_change ON device_numbering (gaps_changed_at);
GRANT SELECT, INSERT, UPDATE ON device_numbering TO telemetry_service;

-- Numbers that have not come. A row goes when they do.
CREATE TABLE missing_message (
  source_id       uuid   NOT NULL,
  organisation_id uuid   NOT NULL,
  run             int    NOT NULL,
  first_sequence  bigint NOT NULL,
  -- Absent: the numbering began anew after the one before the first; nobody knows how many there were.
  last_sequence   bigint,
  -- Between which readings they are missing, and whose the readings on both sides are.
  from_ms         bigint NOT NULL,
  until_ms        bigint NOT NULL CHECK (until_ms >= from_ms),
  patient_before  uuid,
  patient_after   uuid,
  found_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, organisation_id, run, first_sequence)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON missing_message TO telemetry_service;

-- From a patient to who speaks for the devices that measure them.
CREATE INDEX series_by_patient ON series (organisation_id, patient_id, source_id);
