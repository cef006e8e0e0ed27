-- Since when telemetry lets nobody in with certificates of this issuing CA; null while it does.
-- Whoever announces the CA again says so again.
ALTER TABLE issuer_announcement ADD COLUMN retired_at timestamptz;
