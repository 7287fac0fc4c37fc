-- :unit            one unit
-- :side            0 happened, 1 began, 2 ended
-- :level           0 halves of months, 1 quarters
-- :first, :last    spans, both included
SELECT indicator, value, split
FROM rollup
WHERE unit = :unit
  AND side = :side
  AND level = :level
  AND span BETWEEN :first AND :last
