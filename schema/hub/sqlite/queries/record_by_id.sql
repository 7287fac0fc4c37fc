-- :device, :n  the two halves of the record's id
SELECT
  record.id, record.unit, unit.code, unit.valid_from, record.kind, record.erased,
  record.last_device, record.last_seq, record.last_hlc, record.catalogue, record.fields, record.versions,
  record.merge
FROM record
JOIN unit ON unit.id = record.unit
WHERE record.device = :device
  AND record.n = :n
