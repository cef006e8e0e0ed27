-- A record that is not the next of its chain is a run of its own, found by its hash: nothing has to
-- be read to compare another one with it, and the runs of what went on never overlap. Of a chain 256
-- such records are found again; from then on they are logged without a look. Runs from before this
-- stay as they are, and count for nothing.
ALTER TABLE chain_run ADD COLUMN stray_hash bytea;
ALTER TABLE chain_run ADD CONSTRAINT chain_run_stray_alone CHECK (stray_hash IS NULL
    OR (octet_length(stray_hash) = 32 AND first_leaf = last_leaf AND first_sequence = last_sequence))
    NOT VALID;

CREATE INDEX chain_run_stray ON chain_run (incarnation, service) WHERE stray_hash IS NOT NULL;
