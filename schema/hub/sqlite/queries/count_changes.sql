-- :n_changes, :digest  all that the hub has of the kind
INSERT INTO device_count (device, kind, n_changes, digest)
VALUES (:device, :kind, :n_changes, :digest)
ON CONFLICT (device, kind) DO UPDATE
SET n_changes = excluded.n_changes,
    digest = excluded.digest
