-- :device  that asks, and knows its own
-- :after   number of the last that it has
-- :limit   most
SELECT clock.number, clock.device, clock.first_seq, clock.last_seq, clock.offset_ms, clock.told_at_ms
FROM clock_correction AS clock
JOIN device ON device.id = clock.device
WHERE clock.number > :after
  AND clock.device <> :device
  AND device.unit = (SELECT unit FROM device WHERE id = :device)
ORDER BY clock.number
LIMIT :limit
