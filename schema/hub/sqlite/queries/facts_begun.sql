-- Facts on the odd days at the edge of a period, that fill no span.
SELECT value, subject, d1, d2, d3, d4
FROM fact
WHERE unit = :unit
  AND indicator = :indicator
  AND first BETWEEN :lo AND :hi
  AND last >= first
