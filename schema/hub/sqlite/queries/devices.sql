SELECT
  device.id, device.public_key, unit.code, unit.valid_from, device.enrolled_at_ms, device.revoked_at_ms,
  device.next_seq, device.chain, device.last_received_at_ms, device.card,
  device.renews
FROM device
JOIN unit ON unit.id = device.unit
ORDER BY unit.code, unit.valid_from, device.id
