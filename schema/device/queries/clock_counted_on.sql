-- :device     whose change it is
-- :seq        its number
-- :offset_ms  to be added to its stamp
UPDATE clock_correction SET last_seq = :seq, told_epoch = NULL
WHERE device = :device
  AND last_seq = :seq - 1
  -- Times are shown to the minute, so a run goes on while it is right to one.
  AND abs(offset_ms - :offset_ms) < 60000
  AND told_at_ms IS NULL
