DELETE FROM fact
WHERE indicator = :indicator
  AND first = :first
  AND record = :record
