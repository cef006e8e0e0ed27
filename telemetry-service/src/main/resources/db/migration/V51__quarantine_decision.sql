-- What a person decided about refused input: at most once. The reason is a code, never free text.
CREATE TABLE quarantine_decision (
  partition      int    NOT NULL,
  message_offset bigint NOT NULL,
  decision       smallint NOT NULL CHECK (decision IN (1, 2)), -- 1 replayed, 2 discarded
  decided_by     text   NOT NULL,
  reason         text   NOT NULL,
  decided_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partition, message_offset)
);
GRANT SELECT, INSERT ON quarantine_decision TO telemetry_service;
