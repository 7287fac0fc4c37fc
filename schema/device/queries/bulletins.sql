-- ?1  hub
-- ?2  kinds, a list of numbers; every kind when it is empty
SELECT number, kind, made_at_ms, received_at_ms, applied, content, signature
FROM bulletin
WHERE hub = ?1
  AND (?2 = '[]' OR kind IN (SELECT value FROM json_each(?2)))
ORDER BY number DESC
LIMIT ?3
