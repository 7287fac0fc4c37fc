INSERT INTO record (
  unit, device, n, kind, erased, last_device, last_seq, last_hlc, catalogue, fields, versions, merge
)
VALUES (
  :unit, :device, :n, :kind, :erased, :last_device, :last_seq, :last_hlc, :catalogue, :fields, :versions,
  :merge
)
ON CONFLICT (device, n) DO UPDATE
SET unit = excluded.unit,
    erased = excluded.erased,
    last_device = excluded.last_device,
    last_seq = excluded.last_seq,
    last_hlc = excluded.last_hlc,
    catalogue = excluded.catalogue,
    fields = excluded.fields,
    versions = excluded.versions,
    merge = excluded.merge
RETURNING id
