-- Whoever is awaited is asked after each second, by each instance, and told by each confirmation.
-- Those that were fenced, and never said anything, stay open for ever.
CREATE INDEX awaited_eviction_open ON awaited_eviction (instance_id) WHERE evicted_at IS NULL;
CREATE INDEX erasure_purged ON erasure (destroyed_at) WHERE state = 'DESTROYED' AND purged_at IS NOT NULL;
