-- One certificate's status, in one round trip: whoever asks belongs to no organisation, and a
-- transaction that says so would be four. The setting ends with the call, or with the transaction if
-- the call fails. (A function's own SET of such a setting is for superusers.) In PL/pgSQL, which
-- keeps its plan.
CREATE FUNCTION certificate_status(oldest_issuer text, issuer text, serial text)
    RETURNS TABLE (serial_number text, device_id uuid, revoked_at timestamptz, revocation_reason text,
        held_since timestamptz)
    LANGUAGE plpgsql
AS $$
DECLARE
    before text := coalesce(current_setting('pulsewarden.system', true), '');
BEGIN
    PERFORM set_config('pulsewarden.system', 'on', true);
    RETURN QUERY
        SELECT c.serial_number, c.device_id, c.revoked_at, c.revocation_reason, d.held_since
        FROM certificate c JOIN device d ON d.id = c.device_id
        -- Those recorded before there could be two issuers are the oldest one's.
        WHERE coalesce(c.issuer_key_hash, oldest_issuer) = issuer AND c.serial_number = serial;
    PERFORM set_config('pulsewarden.system', before, true);
END $$;
