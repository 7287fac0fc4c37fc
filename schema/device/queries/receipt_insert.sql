INSERT INTO receipt (device, first_seq, count, chain, hub_epoch, at_ms, signature)
VALUES (:device, :first_seq, :count, :chain, :hub_epoch, :at_ms, :signature)
ON CONFLICT DO NOTHING
