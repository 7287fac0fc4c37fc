-- After a clock that was far ahead each save has a correction of its own, which would be looked through for every time
-- that is shown: those that a hub has told are few, and of the others only the nearest can be about a change.
CREATE INDEX clock_correction_told ON clock_correction (device, first_seq) WHERE told_at_ms IS NOT NULL;

CREATE INDEX clock_correction_counted_on
ON clock_correction (device, first_seq, offset_ms, last_seq) WHERE told_at_ms IS NULL;
