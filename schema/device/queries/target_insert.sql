INSERT INTO target (indicator, calendar, period, source, unit, per_unit, total)
VALUES (:indicator, :calendar, :period, :source, :unit, :per_unit, :total)
