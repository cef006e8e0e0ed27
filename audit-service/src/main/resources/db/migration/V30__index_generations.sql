-- The index in generations. Each follows from the leaves alone, so that a new one is built beside
-- the one that searches read, and takes its place at once. The service adds rows; only the owner
-- begins, switches and drops generations.

CREATE TABLE index_generation (
    generation int     PRIMARY KEY,
    -- Leaves from here on are added together with the log; those before have to be computed.
    from_leaf  bigint  NOT NULL,
    searched   boolean NOT NULL
);
CREATE UNIQUE INDEX index_generation_searched ON index_generation (searched) WHERE searched;
INSERT INTO index_generation (generation, from_leaf, searched) VALUES (1, 0, true);

-- The service says here that a generation has all leaves, and that it compared them.
CREATE TABLE index_built (
    generation int         PRIMARY KEY,
    built_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION searched_generation() RETURNS int
LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT generation FROM index_generation WHERE searched $$;

ALTER TABLE entry_index RENAME TO index_entry_1;
ALTER TABLE index_entry_1 DROP CONSTRAINT entry_index_pkey;
ALTER TABLE index_entry_1 ADD COLUMN generation int NOT NULL DEFAULT 1;
CREATE TABLE index_entry (LIKE index_entry_1) PARTITION BY LIST (generation);
ALTER TABLE index_entry ALTER COLUMN generation SET DEFAULT searched_generation();
ALTER TABLE index_entry ATTACH PARTITION index_entry_1 FOR VALUES IN (1);
ALTER TABLE index_entry ADD PRIMARY KEY (generation, leaf_index);
CREATE INDEX ON index_entry (incarnation, service, sequence);
CREATE INDEX ON index_entry (incarnation, service) WHERE shows_certificate;
CREATE INDEX ON index_entry (organisation_id, leaf_index) WHERE organisation_id IS NOT NULL;
CREATE INDEX ON index_entry (organisation_id, agent_id, leaf_index) WHERE agent_id IS NOT NULL;
CREATE INDEX ON index_entry (stored_topic, stored_partition, stored_last)
    WHERE stored_topic IS NOT NULL;

ALTER TABLE entry_patient RENAME TO index_patient_1;
ALTER TABLE index_patient_1 DROP CONSTRAINT entry_patient_pkey;
ALTER TABLE index_patient_1 ADD COLUMN generation int NOT NULL DEFAULT 1;
CREATE TABLE index_patient (LIKE index_patient_1) PARTITION BY LIST (generation);
ALTER TABLE index_patient ALTER COLUMN generation SET DEFAULT searched_generation();
ALTER TABLE index_patient ATTACH PARTITION index_patient_1 FOR VALUES IN (1);
ALTER TABLE index_patient ADD PRIMARY KEY (generation, patient_id, leaf_index);
CREATE INDEX ON index_patient (leaf_index);

ALTER TABLE entry_finding RENAME TO index_finding_1;
ALTER TABLE index_finding_1 DROP CONSTRAINT entry_finding_pkey;
ALTER TABLE index_finding_1 ADD COLUMN generation int NOT NULL DEFAULT 1;
CREATE TABLE index_finding (LIKE index_finding_1) PARTITION BY LIST (generation);
ALTER TABLE index_finding ALTER COLUMN generation SET DEFAULT searched_generation();
ALTER TABLE index_finding ATTACH PARTITION index_finding_1 FOR VALUES IN (1);
ALTER TABLE index_finding ADD PRIMARY KEY (generation, leaf_index);

-- What an entry is about, beside patients. Entries from before this table are in it once the index
-- was rebuilt.
CREATE TABLE index_entity (
    generation  int    NOT NULL DEFAULT searched_generation(),
    entity_type text   NOT NULL,
    entity_id   text   NOT NULL,
    leaf_index  bigint NOT NULL,
    PRIMARY KEY (generation, entity_id, leaf_index, entity_type)
) PARTITION BY LIST (generation);
CREATE TABLE index_entity_1 PARTITION OF index_entity FOR VALUES IN (1);
CREATE INDEX ON index_entity (leaf_index);

-- What is searched. Writable for the release before this one, which knows no generations.
CREATE VIEW entry_index AS
SELECT leaf_index, service, incarnation, sequence, shows_certificate, occurred_at_ms, action, outcome,
    organisation_id, agent_id, stored_topic, stored_partition, stored_first, stored_last
FROM index_entry WHERE generation = (SELECT generation FROM index_generation WHERE searched);
CREATE VIEW entry_patient AS
SELECT patient_id, leaf_index
FROM index_patient WHERE generation = (SELECT generation FROM index_generation WHERE searched);
CREATE VIEW entry_finding AS
SELECT leaf_index, kind, about
FROM index_finding WHERE generation = (SELECT generation FROM index_generation WHERE searched);
CREATE VIEW entry_entity AS
SELECT entity_type, entity_id, leaf_index
FROM index_entity WHERE generation = (SELECT generation FROM index_generation WHERE searched);

-- Begins a generation, or finds the one that a rebuild which was cut off had begun. The head's row
-- is locked first: a batch that commits before is below from_leaf, one that commits later sees the
-- new generation and adds to it too.
CREATE FUNCTION begin_index_generation() RETURNS int
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    next_generation int;
    first_added     bigint;
    part            text;
BEGIN
    SELECT size INTO first_added FROM tree_head FOR UPDATE;
    SELECT generation INTO next_generation FROM index_generation
        WHERE generation > searched_generation();
    IF FOUND THEN
        RETURN next_generation;
    END IF;
    SELECT max(generation) + 1 INTO next_generation FROM index_generation;
    FOREACH part IN ARRAY ARRAY['index_entry', 'index_patient', 'index_entity', 'index_finding'] LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part || '_' || next_generation, part);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)',
            part, part || '_' || next_generation, next_generation);
    END LOOP;
    INSERT INTO index_generation (generation, from_leaf, searched)
    VALUES (next_generation, first_added, false);
    RETURN next_generation;
END
$$;

-- Lets searches read the newest generation, once it is complete, and drops those before it. Each
-- step commits: a crash before the first leaves the old generation searched; after it the new one
-- is, and what is left of the old ones goes with the next call.
CREATE PROCEDURE switch_index_generation()
LANGUAGE plpgsql AS $$
DECLARE
    newest int;
    old    record;
BEGIN
    SELECT max(generation) INTO newest FROM public.index_generation;
    IF newest <> public.searched_generation() THEN
        IF NOT EXISTS (SELECT 1 FROM public.index_built WHERE generation = newest) THEN
            RAISE EXCEPTION 'generation % is not complete yet', newest;
        END IF;
        UPDATE public.index_generation SET searched = false WHERE searched;
        UPDATE public.index_generation SET searched = true WHERE generation = newest;
        COMMIT;
    END IF;
    DELETE FROM public.index_generation WHERE generation < newest;
    COMMIT;
    -- One table a transaction, so that a search never waits for one while this waits for it.
    FOR old IN
        SELECT c.oid::regclass::text AS name FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('public.index_entry'::regclass, 'public.index_patient'::regclass,
                'public.index_entity'::regclass, 'public.index_finding'::regclass)
            AND c.relkind = 'r' AND substring(c.relname FROM '\d+$')::int < newest
    LOOP
        EXECUTE 'DROP TABLE ' || old.name;
        COMMIT;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION begin_index_generation() FROM PUBLIC;
REVOKE ALL ON PROCEDURE switch_index_generation() FROM PUBLIC;
REVOKE ALL ON FUNCTION searched_generation() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION searched_generation() TO audit_service;
GRANT SELECT ON index_generation TO audit_service;
GRANT SELECT, INSERT ON index_entry, index_patient, index_entity, index_finding, index_built,
    entry_index, entry_patient, entry_entity, entry_finding TO audit_service;
REVOKE ALL ON index_entry_1, index_patient_1, index_finding_1 FROM audit_service;
