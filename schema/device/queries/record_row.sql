-- The columns that a record is read from; a WHERE follows.
SELECT
  r.id, r.device, r.n, r.kind, u.code, u.valid_from, r.day, r.erased, r.destroyed,
  r.last_device, r.last_seq, r.last_hlc, r.own_seq, r.author_device, r.author,
  r.created_at_ms, r.changed_at_ms, r.catalogue, r.body, r.newest_change
FROM record AS r
JOIN unit_ref AS u ON u.id = r.unit
