-- Enrolment in two round trips, a look and a record, where each statement by itself took one of twenty
-- and a commit of its own for nothing. Who enrols belongs to no organisation yet: as in
-- certificate_status, the setting that lets a transaction see all ends with the call, or with the
-- transaction if the call fails.

-- All that judging a proof and telling the feed need to know of one device: the one that is named, or
-- the one that the shown certificate was recorded for. No row: there is none. Changes and locks nothing.
CREATE FUNCTION enrolment_look(named uuid, claim_hash text, shown text, moment timestamptz)
    RETURNS TABLE (device_id uuid, organisation_id uuid, version bigint, lifecycle text, kind text,
        clockless boolean, manual boolean,
        claim_expires_at timestamptz, claim_used_at timestamptz, claim_voided_at timestamptz,
        claim_locked_at timestamptz,
        shown_not_before timestamptz, shown_not_after timestamptz, shown_revoked_at timestamptz,
        shown_newest boolean,
        fingerprints text[], not_afters timestamptz[], revocations text[],
        assignments jsonb, gateway_for uuid[],
        model_version bigint, model_sampling_s int, model_reporting_s int, model_battery int,
        own_version bigint, own_sampling_s int, own_reporting_s int, own_battery int)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    before text := coalesce(current_setting('pulsewarden.system', true), '');
    wanted uuid := named;
BEGIN
    PERFORM set_config('pulsewarden.system', 'on', true);
    IF shown IS NOT NULL THEN
        SELECT c.device_id INTO wanted FROM certificate c WHERE c.fingerprint = shown;
    END IF;
    RETURN QUERY
        SELECT d.id, d.organisation_id, d.version, d.lifecycle, d.kind, d.clockless,
            coalesce((SELECT s.manual_approval FROM enrolment_settings s
                WHERE s.organisation_id = d.organisation_id), false),
            l.expires_at, l.used_at, l.voided_at, l.locked_at,
            p.not_before, p.not_after, p.revoked_at,
            p.fingerprint IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate n
                WHERE n.device_id = d.id AND n.issued_at > p.issued_at),
            coalesce(u.fingerprints, '{}'), coalesce(u.not_afters, '{}'), coalesce(u.revocations, '{}'),
            -- As far back as telemetry takes readings.
            (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'version', a.version,
                    'patient', a.patient_id,
                    'from', floor(extract(epoch FROM a.from_at) * 1000)::bigint,
                    'until', floor(extract(epoch FROM a.until_at) * 1000)::bigint) ORDER BY a.from_at)
                FROM assignment a WHERE a.device_id = d.id AND a.cancelled_at IS NULL
                AND (a.until_at IS NULL OR a.until_at > moment - interval '30 days')),
            CASE WHEN d.kind = 'GATEWAY' THEN (SELECT array_agg(g.device_id ORDER BY g.device_id)
                FROM gateway_device g WHERE g.gateway_id = d.id) END,
            m.version, m.sampling_interval_s, m.reporting_interval_s, m.battery_threshold_percent,
            o.version, o.sampling_interval_s, o.reporting_interval_s, o.battery_threshold_percent
        FROM device d
            LEFT JOIN device_claim l ON l.secret_hash = claim_hash AND l.device_id = d.id
            LEFT JOIN certificate p ON p.fingerprint = shown AND p.device_id = d.id
            LEFT JOIN model_configuration m ON m.organisation_id = d.organisation_id
                AND m.manufacturer = d.manufacturer AND m.model = d.model
            LEFT JOIN device_configuration o ON o.device_id = d.id
            LEFT JOIN LATERAL (
                SELECT array_agg(c.fingerprint ORDER BY c.issued_at DESC, c.fingerprint) AS fingerprints,
                    array_agg(c.not_after ORDER BY c.issued_at DESC, c.fingerprint) AS not_afters,
                    array_agg(coalesce(c.revocation_reason, '') ORDER BY c.issued_at DESC, c.fingerprint)
                        AS revocations
                FROM certificate c WHERE c.device_id = d.id AND c.not_after > moment) u ON true
        WHERE d.id = wanted;
    PERFORM set_config('pulsewarden.system', before, true);
END $$;

-- Records an enrolment that was judged by what a look showed, if that is still so: every change of what
-- a look shows raises the device's version, but for the claim, which is used up here. One transaction
-- with its commit, so that a crash leaves all of it or nothing.
--   recorded  all is written, and the feed's row and the audit event are in the outbox, in this order
--   changed   the device or the claim is not as it was: nothing is written, look again
-- A key that is another device's, or compromised, fails with PW001, and undoes the rest.
CREATE FUNCTION enrolment_record(enrolled uuid, seen bigint, moment timestamptz, next_lifecycle text,
        claim_hash text, renewed text,
        new_fingerprint text, new_serial text, new_key text, new_issuer text, new_der bytea,
        new_not_before timestamptz, new_not_after timestamptz,
        feed_topic text, feed_key bytea, feed_state bytea,
        audit_topic text, audit_partition int, audit_event bytea)
    RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    before text := coalesce(current_setting('pulsewarden.system', true), '');
BEGIN
    PERFORM set_config('pulsewarden.system', 'on', true);
    -- Held until the commit: one enrolment of a device at a time, and no other change of it meanwhile.
    PERFORM 1 FROM device d WHERE d.id = enrolled AND d.version = seen FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM set_config('pulsewarden.system', before, true);
        RETURN 'changed';
    END IF;
    IF claim_hash IS NOT NULL THEN
        -- The condition holds once, however many try.
        UPDATE device_claim l SET used_at = moment
            WHERE l.secret_hash = claim_hash AND l.device_id = enrolled AND l.used_at IS NULL
            AND l.voided_at IS NULL AND l.locked_at IS NULL AND l.expires_at > moment;
        IF NOT FOUND THEN
            PERFORM set_config('pulsewarden.system', before, true);
            RETURN 'changed';
        END IF;
    END IF;
    -- Waits for another transaction that is just taking the same key.
    INSERT INTO device_key (key_hash, device_id) VALUES (new_key, enrolled) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        PERFORM 1 FROM device_key k
            WHERE k.key_hash = new_key AND k.device_id = enrolled AND NOT k.compromised;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'key in use' USING ERRCODE = 'PW001';
        END IF;
    END IF;
    -- A first enrolment begins anew: whoever holds an older key of the device is out. A renewal leaves
    -- the certificate that it was proven by, in case the answer does not arrive, and none besides.
    UPDATE certificate c SET revoked_at = moment, revocation_reason = 'superseded'
        WHERE c.device_id = enrolled AND c.revoked_at IS NULL AND c.fingerprint <> coalesce(renewed, '');
    UPDATE enrolment_request r SET state = 'USED', version = r.version + 1
        WHERE r.device_id = enrolled AND r.key_hash = new_key AND r.state = 'APPROVED';
    INSERT INTO certificate (fingerprint, device_id, serial_number, key_hash, issuer_key_hash, der,
            not_before, not_after, issued_at)
        VALUES (new_fingerprint, enrolled, new_serial, new_key, new_issuer, new_der,
            new_not_before, new_not_after, moment);
    UPDATE device d SET version = seen + 1, changed_at = moment, lifecycle = next_lifecycle
        WHERE d.id = enrolled;
    INSERT INTO outbox (topic, partition, record_key, value, kind)
        VALUES (feed_topic, NULL, feed_key, feed_state, 0),
            (audit_topic, audit_partition, NULL, audit_event, 1);
    PERFORM set_config('pulsewarden.system', before, true);
    RETURN 'recorded';
END $$;

-- Certificates change with their device when it is put on hold or released, and at no other step of its
-- life. A notification has each commit wait for the one before, flush and all: a first enrolment is not
-- one for all the instances to hear of.
DROP TRIGGER device_held ON device;
CREATE TRIGGER device_held AFTER UPDATE OF lifecycle ON device
    FOR EACH ROW WHEN (OLD.held_since IS DISTINCT FROM NEW.held_since)
    EXECUTE FUNCTION certificate_status_changed('id');
