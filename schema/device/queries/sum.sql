-- The facts of one indicator that count in a window.
--
-- :indicator  its number
-- :from       first day of the window for a flow; before all days for a stock
-- :lo, :hi    the window
SELECT unit, subject, value, d1, d2, d3, d4, record
FROM fact
WHERE indicator = :indicator
  AND first BETWEEN :from AND :hi
  AND last >= :lo
