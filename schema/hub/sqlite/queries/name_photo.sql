-- :most  photos that one record may have named in its life
INSERT INTO photo_name (unit, photo, record_device, record_n, sealed)
SELECT :unit, :photo, :device, :n, :sealed
WHERE NOT EXISTS (SELECT 1 FROM photo_gone WHERE record_device = :device AND record_n = :n)
  AND (
    SELECT COUNT(*) FROM photo_name WHERE record_device = :device AND record_n = :n AND photo <> :photo
  ) < :most
ON CONFLICT (unit, photo, record_device, record_n) DO UPDATE SET sealed = excluded.sealed
WHERE sealed <> excluded.sealed
