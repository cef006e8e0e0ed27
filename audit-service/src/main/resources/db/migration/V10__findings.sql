-- Chains that have not ended, so that a silent one is noticed by whichever instance sequences.
-- Follows from the topic, like the log, and moves in the log's transaction; it is neither the log
-- nor its index, so that the service may change it.
CREATE TABLE chain_watch (
    service       text    NOT NULL,
    incarnation   bytea   NOT NULL,
    last_sequence bigint  NOT NULL,
    last_at_ms    bigint  NOT NULL,
    silent        boolean NOT NULL,
    PRIMARY KEY (incarnation, service)
);

-- Values that are too large for an entry; the log has their hash.
CREATE TABLE log_blob (
    hash  bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    value bytea NOT NULL
);

-- Which leaves are findings. Derived from the leaves, like the rest of the index.
CREATE TABLE entry_finding (
    leaf_index bigint PRIMARY KEY,
    kind       int    NOT NULL,
    about      bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON chain_watch TO audit_service;
GRANT SELECT, INSERT ON log_blob, entry_finding TO audit_service;
