-- Walls between organisations, in the database as well as in code. A transaction sees
--   the rows of one organisation   after set_config('pulsewarden.organisation', '<uuid>', true)
--   the rows of all                after set_config('pulsewarden.system', 'on', true)
--   nothing                        after neither.
-- Both settings end with the transaction. The second is for work that can't know the organisation
-- before it has found the device: enrolment by a claim or certificate, certificate status, background
-- work. Rows of outbox and audit_chain belong to no organisation and have no wall.
--
-- FORCE binds the tables' owner too: a migration that reads or changes rows sets pulsewarden.system
-- first, and a dump is made by a role with BYPASSRLS.
ALTER TABLE device ENABLE ROW LEVEL SECURITY;
ALTER TABLE device FORCE ROW LEVEL SECURITY;
CREATE POLICY device_organisation ON device
    USING (organisation_id = NULLIF(current_setting('pulsewarden.organisation', true), '')::uuid);
CREATE POLICY device_system ON device
    USING (current_setting('pulsewarden.system', true) = 'on');

-- What hangs on a device is behind the device's own wall, in both directions.
ALTER TABLE device_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_claim FORCE ROW LEVEL SECURITY;
CREATE POLICY device_claim_wall ON device_claim
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = device_claim.device_id));

ALTER TABLE certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE certificate FORCE ROW LEVEL SECURITY;
CREATE POLICY certificate_wall ON certificate
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = certificate.device_id));

ALTER TABLE device_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_key FORCE ROW LEVEL SECURITY;
CREATE POLICY device_key_wall ON device_key
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = device_key.device_id));

ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY assignment_wall ON assignment
    USING (EXISTS (SELECT 1 FROM device d WHERE d.id = assignment.device_id));
