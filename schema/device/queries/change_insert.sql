INSERT INTO change (device, seq, record_device, record_n, kind, op, hlc, author, body)
VALUES (:device, :seq, :record_device, :record_n, :kind, :op, :hlc, :author, :body)
