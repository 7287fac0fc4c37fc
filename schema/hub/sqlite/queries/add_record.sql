INSERT INTO record (
  unit, device, n, kind, erased, last_device, last_seq, last_hlc, catalogue, fields, versions, merge
)
VALUES (
  :unit, :device, :n, :kind, :erased, :last_device, :last_seq, :last_hlc, :catalogue, :fields, :versions,
  :merge
)
