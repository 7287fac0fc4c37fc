-- After a clock that was far ahead each save has a correction of its own, which would be looked through for every time
-- that is shown. Those that this PC made by counting on follow on each other, so only the nearest can be about a change;
-- they are told from the rest, also once the hub has heard of them. What other PCs tell is looked through as before.
ALTER TABLE clock_correction ADD COLUMN counted_on INTEGER NOT NULL DEFAULT 0 CHECK (counted_on IN (0, 1));

UPDATE clock_correction SET counted_on = 1 WHERE told_at_ms IS NULL AND number IS NULL;

CREATE INDEX clock_correction_counted_on
ON clock_correction (device, first_seq) WHERE counted_on = 1;

CREATE INDEX clock_correction_told
ON clock_correction (device, first_seq, last_seq, offset_ms, told_at_ms) WHERE counted_on = 0;
