-- As before (V32), and with the entries goes what says where in the log a chain's entries are (V50).
-- How far each chain came stays: one that goes on after all its entries are gone goes on.
CREATE OR REPLACE FUNCTION prune_log(keep interval) RETURNS bigint
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
    DELETE FROM chain_run WHERE last_leaf < upto;
    DELETE FROM log_leaf WHERE index < upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
