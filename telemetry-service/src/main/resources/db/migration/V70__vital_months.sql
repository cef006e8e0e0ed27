-- Blocks by the month (UTC) of their latest reading, so that a month past retention goes as a whole
-- and its space with it; docs/retention.md. A message's times never change, so that the primary key
-- still says where it stands in Kafka, once.
ALTER TABLE vital_block RENAME TO vital_block_before;
ALTER INDEX vital_block_pkey RENAME TO vital_block_before_pkey;
DROP INDEX vital_block_by_last_time, vital_block_by_first_time, vital_block_by_device, vital_block_held;

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
  device_version     bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (partition, message_offset, last_time_ms)
) PARTITION BY RANGE (last_time_ms);
CREATE INDEX vital_block_by_last_time
  ON vital_block (organisation_id, subject_id, last_time_ms, partition, message_offset);
CREATE INDEX vital_block_by_first_time
  ON vital_block (organisation_id, subject_id, first_time_ms, partition, message_offset);
CREATE INDEX vital_block_by_device
  ON vital_block (organisation_id, device_id, received_at_ms, partition, message_offset);
CREATE INDEX vital_block_held ON vital_block (device_id) WHERE subject_kind = 2;
GRANT SELECT, INSERT, DELETE ON vital_block TO telemetry_service;

-- What no month takes: nothing is ever refused for its time here.
CREATE TABLE vital_block_default PARTITION OF vital_block DEFAULT;

CREATE FUNCTION vital_month_start(month date) RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN (extract(epoch FROM month::timestamp) * 1000)::bigint;

CREATE FUNCTION vital_month_table(month date) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN 'vital_block_' || to_char(month::timestamp, 'YYYY_MM');

-- The two below change tables, which the service's role may not: they run as the owner, and do
-- these two things alone. A lock that is not to be had in two seconds is waited for another time:
-- who waits for one keeps others waiting.

-- Adds the months that are missing from the first to the last, with what waited for them in the
-- default partition; says how many there were.
CREATE FUNCTION add_vital_months(first date, last date) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  SET lock_timeout = '2s'
AS $$
DECLARE
  month date := date_trunc('month', first::timestamp)::date;
  added int := 0;
  name text;
  from_ms bigint;
  until_ms bigint;
BEGIN
  IF first > last OR last > first + 366 * 10 THEN
    RAISE EXCEPTION 'ten years of months at most';
  END IF;
  -- Of two instances one adds a month, and the other finds it.
  PERFORM pg_advisory_xact_lock(x'766d6f6e746873'::bigint);
  WHILE month <= last LOOP
    name := vital_month_table(month);
    IF to_regclass('public.' || name) IS NULL THEN
      from_ms := vital_month_start(month);
      until_ms := vital_month_start((month + interval '1 month')::date);
      EXECUTE format('CREATE TABLE public.%I (LIKE public.vital_block INCLUDING ALL)', name);
      -- Attached before the default partition's rows are moved it would be refused, so nobody may
      -- put one there meanwhile.
      LOCK TABLE public.vital_block_default IN ACCESS EXCLUSIVE MODE;
      EXECUTE format(
        'WITH moved AS (DELETE FROM public.vital_block_default'
        ' WHERE last_time_ms >= %s AND last_time_ms < %s RETURNING *)'
        ' INSERT INTO public.%I SELECT * FROM moved', from_ms, until_ms, name);
      EXECUTE format(
        'ALTER TABLE public.vital_block ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
        name, from_ms, until_ms);
      added := added + 1;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN added;
END $$;

-- Drops a month and the withdrawals of its readings; says how many blocks it had. A month that late
-- readings may still come to is never dropped, whoever asks.
CREATE FUNCTION drop_vital_month(month date) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  SET lock_timeout = '2s'
AS $$
DECLARE
  name text := vital_month_table(month);
  blocks bigint;
BEGIN
  IF month <> date_trunc('month', month::timestamp)::date
    OR vital_month_start((month + interval '1 month')::date)
      > extract(epoch FROM now() - interval '31 days') * 1000 THEN
    RAISE EXCEPTION 'the month is not over for 31 days';
  END IF;
  -- Readers go on; a block that is being stored there is waited for, and counted.
  EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', name);
  EXECUTE format(
    'DELETE FROM public.withdrawn_reading w USING public.%I b'
    ' WHERE w.partition = b.partition AND w.message_offset = b.message_offset', name);
  EXECUTE format('SELECT count(*) FROM public.%I', name) INTO blocks;
  EXECUTE format('DROP TABLE public.%I', name);
  RETURN blocks;
END $$;

REVOKE ALL ON FUNCTION add_vital_months(date, date), drop_vital_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_vital_months(date, date), drop_vital_month(date) TO telemetry_service;
-- Blocks that no month holds go one by one, and the withdrawals of their readings with them.
GRANT DELETE ON withdrawn_reading TO telemetry_service;

-- What is there goes into its months, those of a clock gone wrong into the default partition.
DO $$
DECLARE
  month date;
BEGIN
  FOR month IN
    SELECT DISTINCT date_trunc('month', to_timestamp(last_time_ms / 1000) AT TIME ZONE 'UTC')::date
    FROM vital_block_before
    WHERE to_timestamp(last_time_ms / 1000) BETWEEN now() - interval '10 years' AND now() + interval '1 month'
    ORDER BY 1
  LOOP
    PERFORM add_vital_months(month, month);
  END LOOP;
END $$;
INSERT INTO vital_block (partition, message_offset, organisation_id, subject_kind, subject_id, source_id,
  device_id, first_time_ms, last_time_ms, schema_version, assignment_id, assignment_version,
  received_at_ms, committed_at, envelope, device_version)
SELECT partition, message_offset, organisation_id, subject_kind, subject_id, source_id,
  device_id, first_time_ms, last_time_ms, schema_version, assignment_id, assignment_version,
  received_at_ms, committed_at, envelope, device_version
FROM vital_block_before;
DROP TABLE vital_block_before;
