INSERT INTO fact (unit, indicator, first, record, part, last, subject, value, d1, d2, d3, d4)
VALUES (:unit, :indicator, :first, :record, :part, :last, :subject, :value, :d1, :d2, :d3, :d4)
