SELECT
  printf('%s-%d-%d-%d-%d', unit.code, side, level, span, indicator), unit.valid_from, value, split
FROM @rollup AS rollup
JOIN @unit AS unit ON unit.id = rollup.unit
