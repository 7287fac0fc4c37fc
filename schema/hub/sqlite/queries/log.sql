-- :after  the batch before; the next in the order in which they came, with the key that must have signed it
SELECT
  batch.id, batch.device, device.public_key, unit.code, unit.valid_from, batch.first_seq, batch.n_changes,
  batch.previous_chain, batch.chain, batch.bytes, batch.received_at_ms, batch.receipt_epoch,
  batch.receipt_signature
FROM batch
JOIN device ON device.id = batch.device
JOIN unit ON unit.id = batch.unit
WHERE batch.id > :after
ORDER BY batch.id
LIMIT 1
