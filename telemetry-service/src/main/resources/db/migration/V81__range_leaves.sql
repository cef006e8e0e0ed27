-- The leaf hashes below a stored range's Merkle root, for as long as receipts are given
-- (docs/formats/stored-range.md). Salted hashes: nobody finds a reading by them.
CREATE TABLE range_leaves (
  topic           text   NOT NULL,
  partition       int    NOT NULL,
  first_offset    bigint NOT NULL,
  -- Messages that have leaves, and how many each, in order.
  message_offsets bigint[] NOT NULL,
  leaf_counts     int[]  NOT NULL,
  leaves          bytea  NOT NULL,
  stored_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, first_offset)
);
-- Hashes do not compress.
ALTER TABLE range_leaves ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE INDEX range_leaves_by_age ON range_leaves (stored_at);
GRANT SELECT, INSERT, DELETE ON range_leaves TO telemetry_service;
