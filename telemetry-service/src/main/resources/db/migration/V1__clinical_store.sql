-- Run by the owner role; the service's role gets exactly the rights listed at each table.
-- In clear: random ids, organisations, times, sizes. Everything else is sealed before it comes here.

-- Next offset to store, for each partition. Moved by compare-and-set in the transaction that stores
-- what lies below it; Kafka's own committed offsets are for monitoring alone.
CREATE TABLE consumer_offset (
  topic       text   NOT NULL,
  partition   int    NOT NULL,
  next_offset bigint NOT NULL CHECK (next_offset >= 0),
  PRIMARY KEY (topic, partition)
);
GRANT SELECT, INSERT, UPDATE ON consumer_offset TO telemetry_service;

-- One row for each message of telemetry.vitals.v1. The envelope is the message's own; every other
-- column up to received_at_ms is its associated data.
CREATE TABLE vital_block (
  partition          int    NOT NULL,
  message_offset     bigint NOT NULL,
  organisation_id    uuid   NOT NULL,
  subject_kind       smallint NOT NULL CHECK (subject_kind IN (1, 2)), -- 1 patient, 2 held by device
  subject_id         uuid   NOT NULL,
  source_id          uuid   NOT NULL,
  device_id          uuid   NOT NULL,
  first_time_ms      bigint NOT NULL,
  last_time_ms       bigint NOT NULL CHECK (last_time_ms >= first_time_ms),
  schema_version     int    NOT NULL,
  assignment_id      uuid,
  assignment_version int    NOT NULL,
  received_at_ms     bigint NOT NULL,
  committed_at       timestamptz NOT NULL DEFAULT now(),
  envelope           bytea  NOT NULL,
  PRIMARY KEY (partition, message_offset)
);
-- A search walks a patient's blocks from the newest (or oldest) time on.
CREATE INDEX vital_block_by_last_time
  ON vital_block (organisation_id, subject_id, last_time_ms, partition, message_offset);
CREATE INDEX vital_block_by_first_time
  ON vital_block (organisation_id, subject_id, first_time_ms, partition, message_offset);
CREATE INDEX vital_block_by_device
  ON vital_block (organisation_id, device_id, received_at_ms, partition, message_offset);
GRANT SELECT, INSERT ON vital_block TO telemetry_service;

-- What an Observation id leads to. The id of the series is a keyed hash that covers the code too;
-- the code itself stands nowhere in clear.
CREATE TABLE series (
  series_id       bytea NOT NULL CHECK (octet_length(series_id) = 8),
  organisation_id uuid  NOT NULL,
  patient_id      uuid  NOT NULL,
  device_id       uuid  NOT NULL,
  source_id       uuid  NOT NULL,
  PRIMARY KEY (organisation_id, series_id)
);
GRANT SELECT, INSERT ON series TO telemetry_service;

-- Contiguous ranges of offsets that are stored, as the audit log tells them.
CREATE TABLE stored_range (
  topic        text   NOT NULL,
  partition    int    NOT NULL,
  first_offset bigint NOT NULL,
  last_offset  bigint NOT NULL CHECK (last_offset >= first_offset),
  merkle_root  bytea  NOT NULL CHECK (octet_length(merkle_root) = 32),
  record_count bigint NOT NULL CHECK (record_count >= 0),
  event_id     uuid   NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, first_offset)
);
GRANT SELECT, INSERT ON stored_range TO telemetry_service;

-- Messages that could not be read or opened, byte for byte. They never stop the consumer.
CREATE TABLE unreadable_message (
  topic          text   NOT NULL,
  partition      int    NOT NULL,
  message_offset bigint NOT NULL,
  reason         text   NOT NULL,
  value          bytea  NOT NULL,
  committed_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, message_offset)
);
GRANT SELECT, INSERT ON unreadable_message TO telemetry_service;

-- One row for each message of telemetry.quarantine.v1.
CREATE TABLE quarantine_record (
  partition       int    NOT NULL,
  message_offset  bigint NOT NULL,
  organisation_id uuid   NOT NULL,
  device_id       uuid   NOT NULL,
  received_at_ms  bigint NOT NULL,
  schema_version  int    NOT NULL,
  committed_at    timestamptz NOT NULL DEFAULT now(),
  envelope        bytea  NOT NULL,
  PRIMARY KEY (partition, message_offset)
);
CREATE INDEX quarantine_record_by_time
  ON quarantine_record (organisation_id, received_at_ms, partition, message_offset);
CREATE INDEX quarantine_record_by_device
  ON quarantine_record (organisation_id, device_id, received_at_ms, partition, message_offset);
GRANT SELECT, INSERT ON quarantine_record TO telemetry_service;

-- Demographics are sealed under the patient's key (docs/formats/demographics.md).
CREATE TABLE patient (
  id              uuid NOT NULL PRIMARY KEY,
  organisation_id uuid NOT NULL,
  version         int  NOT NULL CHECK (version > 0),
  schema_version  int  NOT NULL,
  demographics    bytea NOT NULL,
  updated_at      timestamptz NOT NULL,
  UNIQUE (organisation_id, id)
);
GRANT SELECT, INSERT ON patient TO telemetry_service;

-- The primary key is what makes a conditional create happen once.
CREATE TABLE patient_identifier (
  organisation_id uuid  NOT NULL,
  blind_index     bytea NOT NULL CHECK (octet_length(blind_index) = 32),
  patient_id      uuid  NOT NULL,
  PRIMARY KEY (organisation_id, blind_index),
  FOREIGN KEY (organisation_id, patient_id) REFERENCES patient (organisation_id, id)
);
CREATE INDEX patient_identifier_by_patient ON patient_identifier (patient_id);
GRANT SELECT, INSERT ON patient_identifier TO telemetry_service;

-- Members and patients carry the organisation so that no row can join two of them.
CREATE TABLE care_team (
  id              uuid NOT NULL PRIMARY KEY,
  organisation_id uuid NOT NULL,
  name_envelope   bytea,
  created_at      timestamptz NOT NULL,
  UNIQUE (organisation_id, id)
);
CREATE INDEX care_team_by_organisation ON care_team (organisation_id, id);
GRANT SELECT, INSERT ON care_team TO telemetry_service;

CREATE TABLE care_team_member (
  organisation_id uuid NOT NULL,
  care_team_id    uuid NOT NULL,
  user_id         text NOT NULL,
  PRIMARY KEY (care_team_id, user_id),
  FOREIGN KEY (organisation_id, care_team_id) REFERENCES care_team (organisation_id, id)
);
CREATE INDEX care_team_member_by_user ON care_team_member (organisation_id, user_id);
GRANT SELECT, INSERT, DELETE ON care_team_member TO telemetry_service;

CREATE TABLE care_team_patient (
  organisation_id uuid NOT NULL,
  care_team_id    uuid NOT NULL,
  patient_id      uuid NOT NULL,
  PRIMARY KEY (care_team_id, patient_id),
  FOREIGN KEY (organisation_id, care_team_id) REFERENCES care_team (organisation_id, id),
  FOREIGN KEY (organisation_id, patient_id) REFERENCES patient (organisation_id, id)
);
CREATE INDEX care_team_patient_by_patient ON care_team_patient (organisation_id, patient_id);
GRANT SELECT, INSERT, DELETE ON care_team_patient TO telemetry_service;

-- What leaves by Kafka once, and only if, the transaction that wrote it commits.
-- kind: 0 = a record as it is, 1 = an audit event without its place in the chain, 2 = an audit record.
-- Sent in the order of id. Two transactions may commit in another order than their ids; what must
-- stay in order has to be written under a lock of its own, such as that of the entity's row.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text        NOT NULL,
    partition  int,
    record_key bytea,
    value      bytea       NOT NULL,
    kind       smallint    NOT NULL CHECK (kind IN (0, 1, 2)),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Where this service's outbox chain of audit records stands: a row while a chain is open.
CREATE TABLE audit_chain (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    incarnation   bytea  NOT NULL CHECK (octet_length(incarnation) = 16),
    next_sequence bigint NOT NULL CHECK (next_sequence >= 0),
    last_hash     bytea  NOT NULL CHECK (octet_length(last_hash) = 32)
);

GRANT SELECT, INSERT, DELETE ON outbox TO telemetry_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO telemetry_service;
