-- Patients whose data must be kept, whoever asks for their erasure. A row stays when it is lifted.
CREATE TABLE legal_hold (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    patient_id      uuid        NOT NULL,
    reason          text        NOT NULL,
    placed_by       text        NOT NULL,
    placed_at       timestamptz NOT NULL,
    lifted_by       text,
    lifted_at       timestamptz,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE UNIQUE INDEX legal_hold_one_in_force ON legal_hold (organisation_id, patient_id) WHERE lifted_at IS NULL;

GRANT SELECT, INSERT ON legal_hold TO key_management_service;
GRANT UPDATE (lifted_by, lifted_at) ON legal_hold TO key_management_service;
