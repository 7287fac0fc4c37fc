-- The newest first: of a PC that only writes files, which nobody acknowledges, the hub has heard the older ones.
-- :device  this one
-- :least   what is not worth a word, in milliseconds
-- :limit   most
SELECT first_seq, last_seq, offset_ms, told_at_ms
FROM clock_correction
WHERE device = :device
  AND told_epoch IS NULL
  AND abs(offset_ms) >= :least
ORDER BY id DESC
LIMIT :limit
