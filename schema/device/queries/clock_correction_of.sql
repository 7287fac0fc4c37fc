-- :device  whose change it is
-- :seq     its number
-- :at_ms   when it was made, by its stamp
SELECT min(:at_ms + sum(offset_ms), coalesce(max(told_at_ms), :at_ms + sum(offset_ms)))
FROM clock_correction
WHERE device = :device
  AND :seq BETWEEN first_seq AND last_seq
