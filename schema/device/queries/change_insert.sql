INSERT INTO change (id, previous, device, seq, record_device, record_n, kind, op, hlc, author, body)
VALUES (:id, :previous, :device, :seq, :record_device, :record_n, :kind, :op, :hlc, :author, :body)
