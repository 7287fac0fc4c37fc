INSERT INTO rollup (unit, side, level, span, indicator, value, split)
VALUES (:unit, :side, :level, :span, :indicator, :value, :split)
ON CONFLICT (unit, side, level, span, indicator) DO UPDATE
SET value = excluded.value,
    split = excluded.split
