-- :device  whose change it is
-- :seq     its number
-- :at_ms   when it was made, by its stamp
-- However much another PC tells, the sum stays within 2^48 either way.
SELECT min(:at_ms + offset_ms, coalesce(told_at_ms, :at_ms + offset_ms))
FROM (
  SELECT
    CAST(max(-281474976710656, min(281474976710656, total(offset_ms))) AS INTEGER) AS offset_ms,
    max(told_at_ms) AS told_at_ms
  FROM clock_correction
  WHERE device = :device
    AND :seq BETWEEN first_seq AND last_seq
)
