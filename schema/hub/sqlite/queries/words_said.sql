-- :comment, :decision  kinds of bulletins that are words to read
-- :units               versions of a unit, a list of [code, first day]
-- :limit               most rows
SELECT number, content, signature
FROM bulletin AS told
WHERE kind IN (:comment, :decision)
  AND (
    unit_code = ''
    OR EXISTS (
      SELECT 1
      FROM json_each(:units) AS own
      WHERE own.value ->> 0 = told.unit_code
        AND (told.unit_from IS NULL OR own.value ->> 1 = told.unit_from)
    )
  )
ORDER BY number DESC
LIMIT :limit
