-- :id  the record's row; its kind never changes
UPDATE record
SET
  unit = :unit,
  day = :day,
  erased = :erased,
  hidden = :hidden,
  destroyed = :destroyed,
  last_device = :last_device,
  last_seq = :last_seq,
  last_hlc = :last_hlc,
  own_seq = :own_seq,
  author_device = :author_device,
  author = :author,
  created_at_ms = :created_at_ms,
  changed_at_ms = :changed_at_ms,
  catalogue = :catalogue,
  newest_change = :newest_change,
  body = :body
WHERE id = :id
