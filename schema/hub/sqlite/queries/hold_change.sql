INSERT INTO held_change (unit, device, seq, record_device, record_n, reason, change)
VALUES (:unit, :device, :seq, :record_device, :record_n, :reason, :change)
