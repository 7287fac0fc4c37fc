SELECT part, indicator, first, last, subject, value, c1.text, c2.text, c3.text, c4.text
FROM fact
LEFT JOIN code AS c1 ON c1.id = d1
LEFT JOIN code AS c2 ON c2.id = d2
LEFT JOIN code AS c3 ON c3.id = d3
LEFT JOIN code AS c4 ON c4.id = d4
WHERE record = :record
