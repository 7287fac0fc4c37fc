SELECT value, subject, d1, d2, d3, d4
FROM fact
WHERE unit = :unit
  AND indicator = :indicator
  AND last BETWEEN :lo AND :hi
  AND last >= first
