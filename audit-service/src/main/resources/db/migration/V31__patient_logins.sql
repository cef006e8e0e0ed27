-- Which login is which patient's, as a privacy officer said. Rows are added only: the newest row of
-- a login counts, and one without a patient ends what was before.
CREATE TABLE patient_login (
    number          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    login           text        NOT NULL CHECK (length(login) BETWEEN 1 AND 255),
    patient_id      uuid,
    said_by         text        NOT NULL,
    said_at         timestamptz NOT NULL
);
CREATE INDEX patient_login_login ON patient_login (organisation_id, login, number);
CREATE INDEX patient_login_patient ON patient_login (organisation_id, patient_id, number);

GRANT SELECT, INSERT ON patient_login TO audit_service;
