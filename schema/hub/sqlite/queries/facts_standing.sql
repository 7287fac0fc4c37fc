-- :lo, :hi  days; what stood on any of them
SELECT value, subject, d1, d2, d3, d4
FROM fact
WHERE unit = :unit
  AND indicator = :indicator
  AND first <= :hi
  AND last >= :lo
