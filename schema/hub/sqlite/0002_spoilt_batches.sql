-- Batches that were no more as they were acknowledged when it was their turn to be projected: the file has suffered
-- in between. The projections go on without them, and take them up when their device has brought them again.
CREATE TABLE spoilt_batch (
  batch INTEGER PRIMARY KEY REFERENCES batch (id),
  -- 1 once it is as it was acknowledged again, and waits to be projected.
  is_back INTEGER NOT NULL DEFAULT 0 CHECK (is_back IN (0, 1))
) STRICT;

-- Nothing looks records up by it.
DROP INDEX record_of_unit;
