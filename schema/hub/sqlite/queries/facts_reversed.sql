-- What ends before it begins is in no rollup.
SELECT value, subject, d1, d2, d3, d4
FROM fact
WHERE unit = :unit
  AND indicator = :indicator
  AND last < first
  AND first <= :hi
  AND last >= :lo
