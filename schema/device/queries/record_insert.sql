INSERT INTO record (
  id, device, n, kind, unit, day, erased, hidden, destroyed, last_device, last_seq, last_hlc, own_seq,
  author_device, author, created_at_ms, changed_at_ms, catalogue, newest_change, body
)
VALUES (
  :id, :device, :n, :kind, :unit, :day, :erased, :hidden, :destroyed, :last_device, :last_seq, :last_hlc, :own_seq,
  :author_device, :author, :created_at_ms, :changed_at_ms, :catalogue, :newest_change, :body
)
