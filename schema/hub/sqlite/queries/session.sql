SELECT account, expires_at_ms
FROM session
WHERE token_hash = :token_hash
  AND expires_at_ms > :now_ms
