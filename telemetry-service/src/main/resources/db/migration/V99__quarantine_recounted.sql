-- What stood in quarantine was counted while an earlier release went on writing, before there were
-- triggers: what came or was decided in between was not in the count, and never would be. So it is
-- counted again while nobody writes; no writer has one of the two tables and wants the other.
LOCK TABLE quarantine_record, quarantine_decision IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM quarantine_held;
INSERT INTO quarantine_held
  SELECT organisation_id, device_id, count(*), sum(octet_length(envelope))
    FROM quarantine_record q
    WHERE NOT EXISTS (SELECT FROM quarantine_decision d
      WHERE d.partition = q.partition AND d.message_offset = q.message_offset)
    GROUP BY organisation_id, device_id;
