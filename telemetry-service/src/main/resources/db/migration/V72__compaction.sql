-- An hour of blocks as one row of vital_block: schema_version 3, docs/formats/compacted-block.md.
-- committed_at and changed_at of such a row are the first and the last commit of its blocks. Readers
-- by the time of the last change look for these rows by the first.
CREATE INDEX vital_block_compacted ON vital_block (organisation_id, subject_id, committed_at)
  WHERE schema_version = 3;
-- What was withdrawn before the column was there says so in it too.
UPDATE vital_block b SET changed_at = b.committed_at FROM withdrawn_reading w
  WHERE w.partition = b.partition AND w.message_offset = b.message_offset AND b.changed_at IS NULL;
