SELECT printf('%016x-%d', device, seq), record_device, record_n, reason, change
FROM @held_change
