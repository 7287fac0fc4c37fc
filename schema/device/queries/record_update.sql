-- :id  the record's row; kind, unit and time of creation never change
UPDATE record
SET
  day = :day,
  erased = :erased,
  destroyed = :destroyed,
  last_device = :last_device,
  last_seq = :last_seq,
  last_hlc = :last_hlc,
  own_seq = :own_seq,
  author_device = :author_device,
  author = :author,
  changed_at_ms = :changed_at_ms,
  catalogue = :catalogue,
  newest_change = :newest_change,
  body = :body
WHERE id = :id
