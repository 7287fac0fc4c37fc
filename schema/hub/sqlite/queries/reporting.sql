SELECT
  unit.code, unit.valid_from, count(*), sum(device.next_seq - 1), max(device.last_received_at_ms)
FROM device
JOIN unit ON unit.id = device.unit
WHERE device.revoked_at_ms IS NULL
   OR device.next_seq > 1
GROUP BY unit.id
ORDER BY unit.code, unit.valid_from
