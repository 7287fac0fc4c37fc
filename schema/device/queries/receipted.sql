-- Batches follow on each other, so all before the first unreceived one were received.
SELECT COALESCE(
  (SELECT MIN(first_seq) - 1 FROM batch WHERE device = :device AND received_at_ms IS NULL),
  (SELECT first_seq + count - 1 FROM batch WHERE device = :device ORDER BY first_seq DESC LIMIT 1),
  0
)
