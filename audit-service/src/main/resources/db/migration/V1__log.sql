-- The log. The service may add to it and read it, and nothing else: only full tiles are stored,
-- partial ones are read from the rows below them, so that no row ever has to change.

CREATE TABLE log_leaf (
    index        bigint PRIMARY KEY CHECK (index >= 0),
    value        bytea  NOT NULL,
    hash         bytea  NOT NULL CHECK (octet_length(hash) = 32),
    kafka_offset bigint NOT NULL
);

-- A full tile of level l holds 256 hashes; root is what level l + 1 holds of it.
CREATE TABLE log_tile (
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile   bigint   NOT NULL CHECK (tile >= 0),
    hashes bytea    NOT NULL CHECK (octet_length(hashes) = 8192),
    root   bytea    NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (level, tile)
);

CREATE TABLE tree_head (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size        bigint NOT NULL,
    root        bytea  NOT NULL CHECK (octet_length(root) = 32),
    next_offset bigint NOT NULL
);
INSERT INTO tree_head (size, root, next_offset) VALUES (0, sha256(''), 0);

-- The one way to move the head, and it goes forward only: from the head that the caller worked
-- from, or not at all.
CREATE FUNCTION advance_tree_head(
    from_size bigint, from_root bytea, from_offset bigint,
    to_size bigint, to_root bytea, to_offset bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF to_size < from_size OR to_offset <= from_offset THEN
        RETURN false;
    END IF;
    UPDATE tree_head SET size = to_size, root = to_root, next_offset = to_offset
    WHERE size = from_size AND root = from_root AND next_offset = from_offset;
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION advance_tree_head(bigint, bytea, bigint, bigint, bytea, bigint) FROM PUBLIC;

-- Every checkpoint ever signed.
CREATE TABLE log_checkpoint (
    size      bigint PRIMARY KEY,
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);

-- Which key this log has been signed with from its beginning.
CREATE TABLE log_identity (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    verifier_key text NOT NULL
);

-- Derived from the leaves: can be computed again from them. Times are milliseconds since 1970, as
-- the producers wrote them; nothing here can make a leaf impossible to index.
CREATE TABLE entry_index (
    leaf_index        bigint PRIMARY KEY,
    service           text     NOT NULL,
    incarnation       bytea    NOT NULL,
    sequence          bigint   NOT NULL,
    shows_certificate boolean  NOT NULL,
    occurred_at_ms    bigint,
    action            int,
    outcome           int,
    organisation_id   text,
    agent_id          text,
    stored_topic      text,
    stored_partition  bigint,
    stored_first      bigint,
    stored_last       bigint
);
CREATE INDEX entry_index_chain ON entry_index (incarnation, service, sequence);
CREATE INDEX entry_index_certificate ON entry_index (incarnation, service) WHERE shows_certificate;
CREATE INDEX entry_index_organisation ON entry_index (organisation_id, leaf_index)
    WHERE organisation_id IS NOT NULL;
CREATE INDEX entry_index_agent ON entry_index (organisation_id, agent_id, leaf_index)
    WHERE agent_id IS NOT NULL;
CREATE INDEX entry_index_stored ON entry_index (stored_topic, stored_partition, stored_last)
    WHERE stored_topic IS NOT NULL;

CREATE TABLE entry_patient (
    patient_id text   NOT NULL,
    leaf_index bigint NOT NULL,
    PRIMARY KEY (patient_id, leaf_index)
);

GRANT SELECT, INSERT ON log_leaf, log_tile, log_checkpoint, log_identity, entry_index, entry_patient
    TO audit_service;
GRANT SELECT ON tree_head TO audit_service;
GRANT EXECUTE ON FUNCTION advance_tree_head(bigint, bytea, bigint, bigint, bytea, bigint)
    TO audit_service;
