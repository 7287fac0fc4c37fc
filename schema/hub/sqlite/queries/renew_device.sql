-- A device may ask again: its answer was lost, or a copy of it comes to the same.
INSERT INTO device (id, unit, public_key, token_hash, enrolled_at_ms, chain, card, renews)
VALUES (:device, :unit, :public_key, :token_hash, :now_ms, zeroblob(32), :card, :renews)
ON CONFLICT (id) DO UPDATE
SET card = excluded.card
WHERE device.renews = excluded.renews
  AND device.token_hash = excluded.token_hash
  AND device.revoked_at_ms IS NULL
