SELECT number, content, signature
FROM bulletin
WHERE topic = :topic
  AND unit_code = :unit_code
  AND unit_from IS :unit_from
ORDER BY number DESC
LIMIT 1
