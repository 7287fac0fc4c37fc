-- How each sync ended, and each file for the province or from it, for the officer to look up. The newest 200 are kept;
-- it is of this PC alone and no part of what is sent.
CREATE TABLE sync_run (
  id INTEGER PRIMARY KEY,
  way TEXT NOT NULL CHECK (way IN ('line', 'file_out', 'file_in')),
  ended_at_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('up_to_date', 'partial', 'offline', 'cancelled', 'written')),
  -- Code of what stopped it, and the number under which it was noted.
  problem TEXT,
  incident TEXT,
  n_changes_sent INTEGER NOT NULL CHECK (n_changes_sent >= 0),
  n_photos_sent INTEGER NOT NULL CHECK (n_photos_sent >= 0),
  bytes_sent INTEGER NOT NULL CHECK (bytes_sent >= 0),
  n_batches_pulled INTEGER NOT NULL CHECK (n_batches_pulled >= 0),
  n_photos_pulled INTEGER NOT NULL CHECK (n_photos_pulled >= 0),
  n_bulletins INTEGER NOT NULL CHECK (n_bulletins >= 0),
  bytes_received INTEGER NOT NULL CHECK (bytes_received >= 0),
  -- What waited afterwards.
  n_unsent INTEGER NOT NULL CHECK (n_unsent >= 0),
  -- Name of the file, without its folder.
  file TEXT,
  n_receipts INTEGER NOT NULL CHECK (n_receipts >= 0),
  -- Number of the newest receipt that it brought, and the hub's time in it.
  receipt TEXT,
  received_at_ms INTEGER,
  CHECK ((problem IS NULL) = (incident IS NULL)),
  CHECK ((receipt IS NULL) = (received_at_ms IS NULL))
) STRICT;
