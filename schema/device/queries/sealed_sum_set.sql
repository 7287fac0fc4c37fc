-- :device    this device
-- :kind      number of the kind
-- :n_changes changes of it in sealed batches
-- :digest    the sum of their hashes
INSERT INTO sealed_sum (device, kind, n_changes, digest)
VALUES (:device, :kind, :n_changes, :digest)
ON CONFLICT (device, kind) DO UPDATE
SET n_changes = excluded.n_changes,
    digest = excluded.digest
