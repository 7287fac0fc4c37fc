-- :device, :n  record whose content was destroyed
DELETE FROM photo
WHERE EXISTS (
    SELECT 1 FROM photo_name AS of_record
    WHERE of_record.record_device = :device
      AND of_record.record_n = :n
      AND of_record.unit = photo.unit
      AND of_record.photo = photo.photo
  )
  AND NOT EXISTS (
    SELECT 1 FROM photo_name AS other
    WHERE other.unit = photo.unit
      AND other.photo = photo.photo
      AND (other.record_device <> :device OR other.record_n <> :n)
  )
