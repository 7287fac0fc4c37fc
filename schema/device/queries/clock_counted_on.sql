-- :device     whose change it is
-- :seq        its number
-- :offset_ms  to be added to its stamp
UPDATE clock_correction SET last_seq = :seq, told_epoch = NULL
WHERE device = :device
  AND last_seq = :seq - 1
  AND offset_ms = :offset_ms
  AND told_at_ms IS NULL
