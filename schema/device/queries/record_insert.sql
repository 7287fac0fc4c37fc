INSERT INTO record (
  device, n, kind, unit, day, erased, destroyed, last_device, last_seq, last_hlc, own_seq,
  author_device, author, created_at_ms, changed_at_ms, catalogue, body
)
VALUES (
  :device, :n, :kind, :unit, :day, :erased, :destroyed, :last_device, :last_seq, :last_hlc, :own_seq,
  :author_device, :author, :created_at_ms, :changed_at_ms, :catalogue, :body
)
