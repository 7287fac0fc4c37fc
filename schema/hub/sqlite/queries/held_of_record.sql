-- Changes that came before their record did, in the order in which they came.
SELECT held_change.id, held_change.device, unit.code, unit.valid_from, held_change.change
FROM held_change
JOIN unit ON unit.id = held_change.unit
WHERE record_device = :device
  AND record_n = :n
  AND reason = 'unknown'
ORDER BY held_change.id
