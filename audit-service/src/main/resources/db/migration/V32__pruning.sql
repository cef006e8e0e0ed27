-- Statements that entries below an index need not be kept any more (docs/formats/pruned-log.md): the
-- service signs them and can't delete, the owner deletes and can't sign.
CREATE TABLE log_pruning (
    minimum   bigint      PRIMARY KEY CHECK (minimum > 0 AND minimum % 256 = 0),
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);

-- Whole bundles of which each entry was covered by a checkpoint before this time.
CREATE FUNCTION covered_before(at timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT coalesce(max(size), 0) / 256 * 256 FROM log_checkpoint WHERE signed_at < at $$;

-- Deletes what the newest statement lets go, as far as the owner's own policy does too. One
-- transaction: a crash leaves all of it or nothing of it deleted. Hash tiles stay.
CREATE FUNCTION prune_log(keep interval) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    upto bigint;
    gone bigint;
BEGIN
    SELECT max(minimum) INTO upto FROM log_pruning WHERE minimum <= covered_before(now() - keep);
    IF upto IS NULL THEN
        RETURN 0;
    END IF;
    IF (SELECT count(*) FROM log_tile WHERE level = 0 AND tile < upto / 256) <> upto / 256 THEN
        RAISE EXCEPTION 'a hash tile below entry % is missing', upto;
    END IF;
    -- Values that were too large for an entry, unless an entry that stays names them too.
    DELETE FROM log_blob b
    WHERE EXISTS (SELECT 1 FROM entry_finding f JOIN log_leaf l ON l.index = f.leaf_index
            WHERE f.kind = 7 AND f.leaf_index < upto AND position(b.hash IN l.value) > 0)
        AND NOT EXISTS (SELECT 1 FROM entry_finding f JOIN log_leaf l ON l.index = f.leaf_index
            WHERE f.kind = 7 AND f.leaf_index >= upto AND position(b.hash IN l.value) > 0);
    DELETE FROM index_patient WHERE leaf_index < upto;
    DELETE FROM index_entity WHERE leaf_index < upto;
    DELETE FROM index_finding WHERE leaf_index < upto;
    DELETE FROM index_entry WHERE leaf_index < upto;
    DELETE FROM log_leaf WHERE index < upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION prune_log(interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION covered_before(timestamptz) FROM PUBLIC;

GRANT SELECT, INSERT ON log_pruning TO audit_service;
GRANT EXECUTE ON FUNCTION covered_before(timestamptz) TO audit_service;
