-- A claim that was guessed at too often is locked: it can't be used any more, and only a new one can.
ALTER TABLE device_claim
    ADD COLUMN wrong_tries int NOT NULL DEFAULT 0 CHECK (wrong_tries >= 0),
    ADD COLUMN locked_at timestamptz;
