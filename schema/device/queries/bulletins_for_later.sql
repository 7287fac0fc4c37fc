-- ?1  hub
SELECT number, kind, made_at_ms, received_at_ms, applied, content, signature
FROM bulletin
WHERE hub = ?1
  AND applied = 0
ORDER BY number
