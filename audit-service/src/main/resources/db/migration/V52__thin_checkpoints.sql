-- Checkpoints of old are thinned to the last of each day (UTC). The newest there is always is the
-- last of its day. Some at a time: who asks goes on until nothing more goes. This is all of the log
-- that the service can have deleted: its role has no DELETE.
CREATE FUNCTION thin_checkpoints() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    signed   bigint;
    cosigned bigint;
BEGIN
    DELETE FROM log_checkpoint WHERE size IN (
        SELECT size FROM (
            SELECT size, lead(size) OVER (
                PARTITION BY date_trunc('day', signed_at, 'UTC') ORDER BY size) AS later
            FROM log_checkpoint WHERE signed_at < now() - interval '7 days') old
        WHERE later IS NOT NULL ORDER BY size LIMIT 20000);
    GET DIAGNOSTICS signed = ROW_COUNT;
    -- Of one size, the one with the most cosignatures is served. Days are told apart by each number
    -- of cosignatures: whatever the quorum is, the newest that has it stays.
    DELETE FROM log_cosigned WHERE (size, cosignatures) IN (
        SELECT size, cosignatures FROM (
            SELECT size, cosignatures, lead(size) OVER (
                PARTITION BY date_trunc('day', cosigned_at, 'UTC'), cosignatures ORDER BY size)
                AS later
            FROM log_cosigned WHERE cosigned_at < now() - interval '7 days') old
        WHERE later IS NOT NULL ORDER BY size LIMIT 20000);
    GET DIAGNOSTICS cosigned = ROW_COUNT;
    RETURN signed + cosigned;
END
$$;
REVOKE ALL ON FUNCTION thin_checkpoints() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thin_checkpoints() TO audit_service;
