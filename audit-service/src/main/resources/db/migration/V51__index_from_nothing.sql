-- The sequencer does not look for chains in the index any more (V50): each entry costs two B-trees
-- less. The release before this one, while both run, finds them without, more slowly.
DROP INDEX index_entry_incarnation_service_sequence_idx;
DROP INDEX index_entry_incarnation_service_idx;

-- As before (V30), and also where there is no generation at all: an index that was emptied is built
-- anew like one that is wrong. Tables of generations that are gone keep their numbers.
CREATE OR REPLACE FUNCTION begin_index_generation() RETURNS int
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    next_generation int;
    first_added     bigint;
    part            text;
BEGIN
    SELECT size INTO first_added FROM tree_head FOR UPDATE;
    SELECT generation INTO next_generation FROM index_generation
        WHERE generation > coalesce(searched_generation(), 0);
    IF FOUND THEN
        RETURN next_generation;
    END IF;
    SELECT max(number) + 1 INTO next_generation FROM (
        SELECT generation FROM index_generation
        UNION ALL
        SELECT substring(c.relname FROM '\d+$')::int FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'index_entry'::regclass
        UNION ALL SELECT 0) known (number);
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

CREATE OR REPLACE PROCEDURE switch_index_generation()
LANGUAGE plpgsql AS $$
DECLARE
    newest int;
    old    record;
BEGIN
    SELECT max(generation) INTO newest FROM public.index_generation;
    IF newest IS DISTINCT FROM public.searched_generation() THEN
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
