-- What the projections lack of the log, in the order in which it came.
SELECT batch.device, unit.code, unit.valid_from, batch.first_seq, batch.n_changes
FROM spoilt_batch
JOIN batch ON batch.id = spoilt_batch.batch
JOIN unit ON unit.id = batch.unit
ORDER BY batch.id
