-- A run that has grown takes its own place; what was told before stays as it is.
INSERT INTO clock_correction (device, first_seq, offset_ms, last_seq, told_at_ms, number)
SELECT :device, :first_seq, :offset_ms, :last_seq, :told_at_ms,
       max(:now_ms / 1000, :newest + 1, COALESCE((SELECT MAX(number) FROM clock_correction), 0) + 1)
WHERE true
ON CONFLICT (device, first_seq, offset_ms) DO UPDATE SET
  last_seq = excluded.last_seq,
  told_at_ms = excluded.told_at_ms,
  number = excluded.number
WHERE excluded.last_seq > last_seq
