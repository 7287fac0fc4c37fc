INSERT INTO catalogue_release (part, version, format, files)
VALUES (:part, :version, :format, :files)
ON CONFLICT (part, version) DO UPDATE SET
  format = excluded.format,
  files = excluded.files
