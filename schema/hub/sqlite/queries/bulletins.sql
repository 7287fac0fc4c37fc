-- :after  last number that the device has
-- :units  versions of its unit, a list of [code, first day]
SELECT number, content, signature
FROM bulletin AS told
WHERE number > :after
  AND (
    unit_code = ''
    OR EXISTS (
      SELECT 1
      FROM json_each(:units) AS own
      WHERE own.value ->> 0 = told.unit_code
        AND (told.unit_from IS NULL OR own.value ->> 1 = told.unit_from)
    )
  )
  AND (
    topic IS NULL
    OR NOT EXISTS (
      SELECT 1
      FROM bulletin AS later
      WHERE later.topic = told.topic
        AND later.unit_code = told.unit_code
        AND later.unit_from IS told.unit_from
        AND later.number > told.number
    )
  )
ORDER BY number
