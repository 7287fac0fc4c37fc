-- A device that comes again gets the unit and token of its new enrolment and keeps its place in the log. One that was
-- shut out is let in with it.
INSERT INTO device (id, unit, public_key, token_hash, enrolled_at_ms, chain, card, renews)
VALUES (:device, :unit, :public_key, :token_hash, :now_ms, zeroblob(32), :card, :renews)
ON CONFLICT (id) DO UPDATE
SET unit = excluded.unit,
    token_hash = excluded.token_hash,
    enrolled_at_ms = excluded.enrolled_at_ms,
    card = excluded.card,
    revoked_at_ms = NULL
