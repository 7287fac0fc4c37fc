INSERT INTO device_count (device, kind, n_changes)
VALUES (:device, :kind, :n)
ON CONFLICT (device, kind) DO UPDATE
SET n_changes = n_changes + excluded.n_changes
