-- :device  who stamped
-- :at_ms   by its clock
SELECT min(:at_ms + offset_ms, told_at_ms)
FROM clock_correction
WHERE device = :device
  AND :at_ms BETWEEN first_ms AND last_ms
ORDER BY id DESC
LIMIT 1
