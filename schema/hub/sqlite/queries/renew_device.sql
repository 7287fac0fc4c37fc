-- A device may ask again until it has sent something: its answer was lost.
INSERT INTO device (id, unit, public_key, token_hash, enrolled_at_ms, chain, card, renews)
VALUES (:device, :unit, :public_key, :token_hash, :now_ms, zeroblob(32), :card, :renews)
ON CONFLICT (id) DO UPDATE
SET token_hash = excluded.token_hash,
    card = excluded.card
WHERE device.renews = excluded.renews AND device.revoked_at_ms IS NULL AND device.next_seq = 1
