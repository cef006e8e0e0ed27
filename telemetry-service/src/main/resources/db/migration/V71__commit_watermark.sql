-- Readers that page by the time of the last change are never to miss what commits late: times are
-- taken under a lock that readers can see, and nothing is served from the earliest such time on.
-- docs/adr/0106-a-watermark-below-which-nothing-commits.md.

-- When readings of the block were last withdrawn; absent: the block is as it was committed.
ALTER TABLE vital_block ADD COLUMN changed_at timestamptz;
GRANT UPDATE (changed_at) ON vital_block TO telemetry_service;
CREATE INDEX vital_block_by_change ON vital_block
  (organisation_id, subject_id, (coalesce(changed_at, committed_at)), partition, message_offset);

-- The time to write down as the commit's, by a transaction that has not written one yet. Until it
-- ends, the transaction holds an advisory lock whose key is a time that is not later: 2^62 plus Unix
-- microseconds. The lock is taken before the time is, so that there is no moment at which a reader
-- finds neither lock nor row.
CREATE FUNCTION commit_clock() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(
    x'4000000000000000'::bigint + (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
  RETURN clock_timestamp();
END $$;

-- Before this time nothing will be committed that is not committed now. What is read by it has to be
-- read by a later statement, which sees all that was committed when this one looked.
CREATE FUNCTION commit_watermark() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  -- Before the locks are looked at: who takes one afterwards takes a later time.
  upper_bound timestamptz := clock_timestamp();
  oldest bigint;
BEGIN
  SELECT min(((classid::bigint - x'40000000'::bigint) << 32) | objid::bigint) INTO oldest
  FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND (classid::bigint >> 30) = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN least(upper_bound, timestamptz 'epoch' + oldest * interval '1 microsecond');
END $$;
REVOKE ALL ON FUNCTION commit_clock(), commit_watermark() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commit_clock(), commit_watermark() TO telemetry_service;
