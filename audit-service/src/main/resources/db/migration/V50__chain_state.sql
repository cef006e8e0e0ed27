-- What the sequencer goes on from: where each producer's chain stands, and where in the log its
-- records are. Follows from the entries alone and moves in the log's own transaction. It is no part
-- of the search index: that one can be emptied, and the next batch finds nothing wrong.

-- Up to which size of the log the two tables below are complete. Less than the log has after this
-- migration, or where a release before it added a batch: whoever sequences next reads the entries
-- between before it adds any.
CREATE TABLE chain_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size     bigint  NOT NULL CHECK (size >= 0)
);
INSERT INTO chain_head (size) VALUES (0);

-- The record with the highest sequence that the log has of a chain; of several, the first. Stays
-- when entries are pruned.
CREATE TABLE chain_state (
    service       text   NOT NULL,
    incarnation   bytea  NOT NULL,
    last_sequence bigint NOT NULL,
    last_hash     bytea  NOT NULL CHECK (octet_length(last_hash) = 32),
    PRIMARY KEY (incarnation, service)
);

-- Where a chain's records are: all that one batch has of it within 256 entries of the log. Which of
-- those entries are the chain's, they say themselves.
CREATE TABLE chain_run (
    service           text    NOT NULL,
    incarnation       bytea   NOT NULL,
    first_leaf        bigint  NOT NULL,
    last_leaf         bigint  NOT NULL CHECK (last_leaf - first_leaf BETWEEN 0 AND 255),
    first_sequence    bigint  NOT NULL,
    last_sequence     bigint  NOT NULL CHECK (last_sequence >= first_sequence),
    shows_certificate boolean NOT NULL,
    PRIMARY KEY (incarnation, service, last_sequence, first_leaf)
);
CREATE INDEX chain_run_certificate ON chain_run (incarnation, service) WHERE shows_certificate;

GRANT SELECT, UPDATE ON chain_head TO audit_service;
GRANT SELECT, INSERT, UPDATE ON chain_state TO audit_service;
GRANT SELECT, INSERT ON chain_run TO audit_service;
