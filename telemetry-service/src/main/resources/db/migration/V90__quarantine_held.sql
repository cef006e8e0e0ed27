-- How much stands in quarantine that nobody has decided about, for each device: one row while there
-- is any. Counted in the transactions that write, decide and purge, so that neither a crash nor a
-- restored database leaves a count of its own.
CREATE TABLE quarantine_held (
  organisation_id uuid   NOT NULL,
  device_id       uuid   NOT NULL,
  inputs          bigint NOT NULL,
  bytes           bigint NOT NULL,
  PRIMARY KEY (organisation_id, device_id)
);
INSERT INTO quarantine_held
  SELECT organisation_id, device_id, count(*), sum(octet_length(envelope))
    FROM quarantine_record q
    WHERE NOT EXISTS (SELECT FROM quarantine_decision d
      WHERE d.partition = q.partition AND d.message_offset = q.message_offset)
    GROUP BY organisation_id, device_id;
GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine_held TO telemetry_service;

-- In the order of the key, so that two transactions never wait for each other.
CREATE FUNCTION quarantine_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO quarantine_held AS held
    SELECT organisation_id, device_id, count(*), sum(octet_length(envelope))
      FROM changed GROUP BY organisation_id, device_id ORDER BY organisation_id, device_id
    ON CONFLICT (organisation_id, device_id) DO UPDATE
      SET inputs = held.inputs + excluded.inputs, bytes = held.bytes + excluded.bytes;
  RETURN NULL;
END $$;

CREATE FUNCTION quarantine_left(organisation uuid, device uuid, fewer bigint, less bigint)
  RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE quarantine_held SET inputs = inputs - fewer, bytes = bytes - less
    WHERE organisation_id = organisation AND device_id = device;
  DELETE FROM quarantine_held
    WHERE organisation_id = organisation AND device_id = device AND inputs <= 0;
END $$;

-- A purge and a decision about the same input at the same time may both count it down: then a limit
-- is reached later by one.
CREATE FUNCTION quarantine_purged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone record;
BEGIN
  FOR gone IN
    SELECT organisation_id, device_id, count(*) AS inputs, sum(octet_length(envelope)) AS bytes
      FROM changed c
      WHERE NOT EXISTS (SELECT FROM quarantine_decision d
        WHERE d.partition = c.partition AND d.message_offset = c.message_offset)
      GROUP BY organisation_id, device_id ORDER BY organisation_id, device_id
  LOOP
    PERFORM quarantine_left(gone.organisation_id, gone.device_id, gone.inputs, gone.bytes);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION quarantine_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone record;
BEGIN
  FOR gone IN
    SELECT organisation_id, device_id, count(*) AS inputs, sum(octet_length(envelope)) AS bytes
      FROM changed c JOIN quarantine_record q
        ON q.partition = c.partition AND q.message_offset = c.message_offset
      GROUP BY organisation_id, device_id ORDER BY organisation_id, device_id
  LOOP
    PERFORM quarantine_left(gone.organisation_id, gone.device_id, gone.inputs, gone.bytes);
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER quarantine_came AFTER INSERT ON quarantine_record
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION quarantine_came();
CREATE TRIGGER quarantine_purged AFTER DELETE ON quarantine_record
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION quarantine_purged();
CREATE TRIGGER quarantine_decided AFTER INSERT ON quarantine_decision
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION quarantine_decided();

REVOKE ALL ON FUNCTION quarantine_came(), quarantine_purged(), quarantine_decided(),
  quarantine_left(uuid, uuid, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quarantine_came(), quarantine_purged(), quarantine_decided(),
  quarantine_left(uuid, uuid, bigint, bigint) TO telemetry_service;
