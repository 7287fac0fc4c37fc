-- Which records have ever named which other one as kept in their place, also when that was taken back: the history
-- of the kept one tells of it. A projection of `change`; the record may not have come yet.
CREATE TABLE named_kept (
  kept_device INTEGER NOT NULL,
  kept_n INTEGER NOT NULL CHECK (kept_n > 0),
  -- Row of the record that gave way.
  record INTEGER NOT NULL,
  PRIMARY KEY (kept_device, kept_n, record)
) STRICT, WITHOUT ROWID;
