-- The columns that a change is read from; a WHERE follows.
SELECT device, seq, record_device, record_n, kind, op, hlc, author, body, destroyed, id, previous
FROM change
