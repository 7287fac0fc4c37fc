SELECT record, indicator, first, last, subject, value, d1, d2, d3, d4
FROM fact
ORDER BY record, no
