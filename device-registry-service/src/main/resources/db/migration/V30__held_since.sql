-- Since when a device's certificates are on hold (certificateHold): since it was quarantined or lost,
-- whatever changed afterwards, and until it is neither. The database keeps it, so that a release from
-- before this column keeps it too.
ALTER TABLE device ADD COLUMN held_since timestamptz;

SELECT set_config('pulsewarden.system', 'on', true);
-- The best that is known of those on hold today.
UPDATE device SET held_since = changed_at WHERE lifecycle IN ('QUARANTINED', 'LOST');
ALTER TABLE device ADD CONSTRAINT device_held_since
    CHECK ((held_since IS NOT NULL) = (lifecycle IN ('QUARANTINED', 'LOST')));

CREATE FUNCTION device_held_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lifecycle NOT IN ('QUARANTINED', 'LOST') THEN
        NEW.held_since := NULL;
    ELSIF NEW.held_since IS NULL THEN
        NEW.held_since := NEW.changed_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER device_held_since BEFORE INSERT OR UPDATE ON device
    FOR EACH ROW EXECUTE FUNCTION device_held_since();
