-- :limit  at most so many, the newest first
SELECT way, ended_at_ms, outcome, problem, incident, n_changes_sent, n_photos_sent, bytes_sent, n_batches_pulled,
  n_photos_pulled, n_bulletins, bytes_received, n_unsent, file, n_receipts, receipt, received_at_ms, stick_name,
  stick_letter
FROM sync_run
ORDER BY id DESC
LIMIT :limit
