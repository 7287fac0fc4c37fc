SELECT r.device, r.n, c.field, c.waiting, c.waiting_device, c.waiting_seq, c.found_at_ms
FROM conflict AS c
JOIN record AS r ON r.id = c.record
WHERE c.resolved_at_ms IS NULL
ORDER BY c.id
