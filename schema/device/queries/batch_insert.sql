INSERT INTO batch (device, first_seq, count, chain, sealed_at_ms, bytes)
VALUES (:device, :first_seq, :count, :chain, :sealed_at_ms, :bytes)
