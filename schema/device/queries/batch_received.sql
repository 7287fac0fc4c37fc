-- :chain  a receipt for other bytes under the same number marks nothing
UPDATE batch
SET received_at_ms = COALESCE(received_at_ms, :at_ms)
WHERE device = :device
  AND first_seq = :first_seq
  AND count = :count
  AND chain = :chain
