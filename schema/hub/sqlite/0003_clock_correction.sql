-- What stamps of devices with a wrong clock are off, as they have reckoned it by this hub's time, for the other devices
-- of their communes. The log and its stamps stay, and no figure hangs on it.
CREATE TABLE clock_correction (
  device INTEGER NOT NULL REFERENCES device (id),
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  -- To be added to the time of the stamps.
  offset_ms INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  -- Nothing of it was written later, by this hub's clock.
  told_at_ms INTEGER NOT NULL,
  -- By which other devices ask for what came after: the moment in seconds, or one more than the last.
  number INTEGER NOT NULL UNIQUE,
  PRIMARY KEY (device, first_seq, offset_ms)
) STRICT, WITHOUT ROWID;
