SELECT lower(hex(n.photo)), u.code, u.valid_from, n.record_device, n.record_n, n.sealed
FROM @photo_name AS n
JOIN @unit AS u ON u.id = n.unit
