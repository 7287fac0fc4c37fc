-- A device after its batch: what comes next, and on what.
UPDATE device
SET next_seq = :next_seq,
    chain = :chain,
    last_received_at_ms = :received_at_ms
WHERE id = :device
