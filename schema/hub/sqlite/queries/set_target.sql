INSERT INTO target (indicator, period, calendar, unit, source, per_unit, total)
VALUES (:indicator, :period, :calendar, :unit, :source, :per_unit, :total)
ON CONFLICT (indicator, period, calendar, unit) DO UPDATE
SET source = excluded.source,
    per_unit = excluded.per_unit,
    total = excluded.total
