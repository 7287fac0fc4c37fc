-- :device     who sealed it
-- :first_seq  its first change
SELECT previous_chain, bytes, n_changes, chain, received_at_ms, receipt_epoch, receipt_signature
FROM batch
WHERE device = :device
  AND first_seq = :first_seq
