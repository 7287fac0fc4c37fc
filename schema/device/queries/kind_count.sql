SELECT kind, COUNT(*)
FROM record
WHERE hidden = 0
  AND day BETWEEN :first AND :last
GROUP BY kind
ORDER BY kind
