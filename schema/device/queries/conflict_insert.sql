INSERT INTO conflict (record, field, waiting, waiting_device, waiting_seq, by_device, by_seq, found_at_ms)
VALUES (:record, :field, :waiting, :waiting_device, :waiting_seq, :by_device, :by_seq, :found_at_ms)
