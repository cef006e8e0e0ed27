-- What If-Match compares; a release from before this column leaves it as it is.
ALTER TABLE enrolment_settings ADD COLUMN version bigint NOT NULL DEFAULT 1;
