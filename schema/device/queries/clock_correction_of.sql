-- :device  whose change it is
-- :seq     its number
-- :at_ms   when it was made, by its stamp
-- However much another PC tells, the sum stays within 2^48 either way.
SELECT min(:at_ms + offset_ms, coalesce(told_at_ms, :at_ms + offset_ms))
FROM (
  SELECT
    CAST(max(-281474976710656, min(281474976710656, total(offset_ms))) AS INTEGER) AS offset_ms,
    max(told_at_ms) AS told_at_ms
  FROM (
    SELECT offset_ms, told_at_ms
    FROM clock_correction INDEXED BY clock_correction_told
    WHERE device = :device
      AND counted_on = 0
      AND :seq BETWEEN first_seq AND last_seq
    UNION ALL
    -- Of these there can be one for each save. They follow on each other, so only the nearest can be it.
    SELECT offset_ms, told_at_ms
    FROM (
      SELECT offset_ms, told_at_ms, last_seq
      FROM clock_correction INDEXED BY clock_correction_counted_on
      WHERE device = :device
        AND counted_on = 1
        AND first_seq <= :seq
      ORDER BY first_seq DESC
      LIMIT 1
    )
    WHERE last_seq >= :seq
  )
)
