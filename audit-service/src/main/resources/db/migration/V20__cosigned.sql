-- Checkpoints that witnesses have cosigned: the same notes, with the witnesses' lines. With a quorum,
-- the newest that has it is the one that is published. The same tree may come again with more.
CREATE TABLE log_cosigned (
    size         bigint NOT NULL,
    cosignatures int    NOT NULL CHECK (cosignatures > 0),
    note         text   NOT NULL,
    cosigned_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (size, cosignatures)
);
GRANT SELECT, INSERT ON log_cosigned TO audit_service;
