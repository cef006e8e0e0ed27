-- A KEK gets a new version; rows that an older one wrapped are wrapped anew in the background.
CREATE TABLE kek_rotation (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    shard           int         NOT NULL CHECK (shard BETWEEN 0 AND 15),
    target_version  int         NOT NULL CHECK (target_version >= 1),
    rewrapped       bigint      NOT NULL DEFAULT 0,
    requested_by    text        NOT NULL,
    requested_at    timestamptz NOT NULL,
    finished_at     timestamptz,
    UNIQUE (organisation_id, shard, target_version)
);

-- Destroying the versions below oldest_kept, gate by gate; docs/rotation.md.
CREATE TABLE kek_trim (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL,
    shard           int         NOT NULL CHECK (shard BETWEEN 0 AND 15),
    oldest_kept     int         NOT NULL CHECK (oldest_kept >= 2),
    state           text        NOT NULL CHECK (state IN ('PROVEN', 'VERIFIED', 'TRIMMED')),
    requested_by    text        NOT NULL,
    proven_at       timestamptz NOT NULL,
    verified_by     text,
    verified_at     timestamptz,
    trimmed_at      timestamptz,
    UNIQUE (organisation_id, shard, oldest_kept),
    CHECK ((verified_at IS NULL) = (state = 'PROVEN')),
    CHECK ((trimmed_at IS NOT NULL) = (state = 'TRIMMED'))
);

-- No row is wrapped by an older version any more, and none may become so again.
CREATE TABLE kek_floor (
    organisation_id uuid NOT NULL,
    shard           int  NOT NULL CHECK (shard BETWEEN 0 AND 15),
    oldest          int  NOT NULL CHECK (oldest >= 1),
    PRIMARY KEY (organisation_id, shard)
);

-- Whoever raises a floor takes the same lock alone: writers under way end first, then it counts.
CREATE FUNCTION subject_key_above_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wrapped IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared(1801812582, hashtext(NEW.organisation_id::text || NEW.shard));
        IF EXISTS (SELECT 1 FROM kek_floor f
                   WHERE f.organisation_id = NEW.organisation_id AND f.shard = NEW.shard
                     AND f.oldest > NEW.kek_version) THEN
            RAISE EXCEPTION 'wrapped by a KEK version that is being trimmed' USING ERRCODE = '23514';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subject_key_above_floor BEFORE INSERT OR UPDATE OF wrapped, kek_version ON subject_key
    FOR EACH ROW EXECUTE FUNCTION subject_key_above_floor();

CREATE INDEX subject_key_by_kek ON subject_key (organisation_id, shard, kek_version, id)
    WHERE wrapped IS NOT NULL;

GRANT UPDATE (wrapped, kek_version) ON subject_key TO key_management_service;
GRANT SELECT, INSERT ON kek_rotation, kek_trim TO key_management_service;
GRANT UPDATE (rewrapped, finished_at) ON kek_rotation TO key_management_service;
GRANT UPDATE (state, verified_by, verified_at, trimmed_at) ON kek_trim TO key_management_service;
GRANT SELECT, INSERT, UPDATE ON kek_floor TO key_management_service;
