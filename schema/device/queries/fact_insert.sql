INSERT INTO fact (indicator, first, record, no, last, unit, subject, value, d1, d2, d3, d4)
VALUES (:indicator, :first, :record, :no, :last, :unit, :subject, :value, :d1, :d2, :d3, :d4)
