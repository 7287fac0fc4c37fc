INSERT INTO draft (id, kind, record, fields, saved_at_ms)
VALUES (:id, :kind, :record, :fields, :saved_at_ms)
ON CONFLICT (id) DO UPDATE SET
  kind = excluded.kind,
  record = excluded.record,
  fields = excluded.fields,
  saved_at_ms = excluded.saved_at_ms
