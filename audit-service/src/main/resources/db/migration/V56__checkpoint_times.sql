-- When a checkpoint was signed decides which entries are old enough to go (V32), and which of the
-- checkpoints (V52). The database's clock says so: who has the service's role could otherwise date a
-- checkpoint back, and have the owner delete what is young.
REVOKE INSERT ON log_checkpoint, log_cosigned, log_pruning FROM audit_service;
GRANT INSERT (size, note) ON log_checkpoint TO audit_service;
GRANT INSERT (size, cosignatures, note) ON log_cosigned TO audit_service;
GRANT INSERT (minimum, note) ON log_pruning TO audit_service;

-- Nor does a checkpoint count for entries that there are not yet: they would be as old as it is.
CREATE FUNCTION require_within_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.size > (SELECT size FROM tree_head) THEN
        RAISE EXCEPTION 'a checkpoint of more than the log has';
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION require_within_log() FROM PUBLIC;
CREATE TRIGGER within_log BEFORE INSERT ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION require_within_log();
