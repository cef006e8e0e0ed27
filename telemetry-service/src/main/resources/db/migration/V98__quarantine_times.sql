-- Between which times what an input has in it was measured: an erasure goes by that, and not by when
-- it was received, since a device may send late what somebody else's time was. Absent in what was
-- refused before there were these columns.
ALTER TABLE quarantine_record ADD COLUMN first_time_ms bigint;
ALTER TABLE quarantine_record ADD COLUMN last_time_ms bigint;
