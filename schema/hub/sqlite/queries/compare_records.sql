-- Every record by what it says, whatever numbers the database gave to units. `@` is main or the replay.
SELECT
  printf('%016x-%d', record.device, record.n), unit.code, unit.valid_from, kind, erased,
  last_device, last_seq, last_hlc, catalogue, fields, versions, merge
FROM @record AS record
JOIN @unit AS unit ON unit.id = record.unit
