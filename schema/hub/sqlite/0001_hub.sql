-- The hub of one province on embedded SQLite.
--
-- `batch` is the truth and only grows; record, same_as, fact, rollup and held_change are projections of it that can
-- be rebuilt and compared. Tables begin with the unit, so that the same shape can be distributed by it.
-- Device ids and hybrid clocks are unsigned 64-bit numbers kept as the signed integer of the same bits.
-- Days count from 1970-01-01, times are milliseconds since then.

CREATE TABLE hub (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret_key BLOB NOT NULL CHECK (length(secret_key) = 32),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  unit_code TEXT NOT NULL,
  unit_valid_from INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

-- What the projections were made with, since another catalogue makes other facts, and how far they follow the
-- log: the last batch that is in them.
CREATE TABLE projection (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  catalogue_digest TEXT NOT NULL,
  batch INTEGER NOT NULL CHECK (batch >= 0)
) STRICT;

-- One row per version of a unit that something here is about.
CREATE TABLE unit (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  UNIQUE (code, valid_from)
) STRICT;

-- People

CREATE TABLE account (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  password_hash TEXT NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  unit INTEGER NOT NULL REFERENCES unit (id),
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  account TEXT NOT NULL REFERENCES account (name),
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Attempts to sign in since the last that succeeded, by a hash of what was tried.
CREATE TABLE sign_in (
  key BLOB PRIMARY KEY CHECK (length(key) = 32),
  n_failed INTEGER NOT NULL CHECK (n_failed > 0),
  last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Devices

CREATE TABLE enrolment (
  code_hash BLOB PRIMARY KEY CHECK (length(code_hash) = 32),
  unit INTEGER NOT NULL REFERENCES unit (id),
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL CHECK (expires_at_ms > created_at_ms),
  used_by INTEGER,
  used_at_ms INTEGER,
  CHECK ((used_by IS NULL) = (used_at_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  unit INTEGER NOT NULL REFERENCES unit (id),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  enrolled_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  -- Whose history it left: a PC that was cloned, or restored from a backup.
  renews INTEGER REFERENCES device (id),
  -- First change that is not here.
  next_seq INTEGER NOT NULL DEFAULT 1 CHECK (next_seq > 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  last_received_at_ms INTEGER,
  -- For the other devices of its commune; sealed with a key that is not here.
  card BLOB NOT NULL CHECK (length(card) <= 2048)
) STRICT;

CREATE INDEX device_of_unit ON device (unit);

-- The log

CREATE TABLE batch (
  -- The order in which they came.
  id INTEGER PRIMARY KEY,
  unit INTEGER NOT NULL REFERENCES unit (id),
  device INTEGER NOT NULL REFERENCES device (id),
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  n_changes INTEGER NOT NULL CHECK (n_changes > 0),
  catalogue INTEGER NOT NULL,
  previous_chain BLOB NOT NULL CHECK (length(previous_chain) = 32),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  bytes BLOB NOT NULL,
  -- The receipt that was given for it, and is given again.
  received_at_ms INTEGER NOT NULL,
  receipt_epoch INTEGER NOT NULL CHECK (receipt_epoch > 0),
  receipt_signature BLOB NOT NULL CHECK (length(receipt_signature) = 64),
  UNIQUE (unit, device, first_seq)
) STRICT;

CREATE UNIQUE INDEX batch_of_device ON batch (device, first_seq);

CREATE TRIGGER batch_is_never_deleted
BEFORE DELETE ON batch
BEGIN
  SELECT RAISE(ABORT, 'the log only grows');
END;

CREATE TRIGGER batch_is_never_rewritten
BEFORE UPDATE ON batch
BEGIN
  SELECT RAISE(ABORT, 'the log is not rewritten');
END;

-- What the hub has of each device by kind, and the sum of the changes' hashes, to compare with the device's own.
CREATE TABLE device_count (
  device INTEGER NOT NULL REFERENCES device (id),
  kind INTEGER NOT NULL,
  n_changes INTEGER NOT NULL CHECK (n_changes > 0),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (device, kind)
) STRICT, WITHOUT ROWID;

-- Projections

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  unit INTEGER NOT NULL REFERENCES unit (id),
  device INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK (n > 0),
  kind INTEGER NOT NULL,
  erased INTEGER NOT NULL CHECK (erased IN (0, 1)),
  last_device INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  last_hlc INTEGER NOT NULL,
  catalogue INTEGER NOT NULL,
  -- Open fields only; personal ones stay sealed in the batch.
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  -- Who set each field, where that is not the last change.
  versions TEXT NOT NULL CHECK (json_valid(versions)),
  -- What merging needs beside these; none while one device has made and edited all of it.
  merge TEXT CHECK (merge IS NULL OR json_valid(merge)),
  UNIQUE (device, n)
) STRICT;

CREATE INDEX record_of_unit ON record (unit, kind);

-- Records that gave way to another of the same thing, as their commune says.
CREATE TABLE same_as (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  kept_device INTEGER NOT NULL,
  kept_n INTEGER NOT NULL CHECK (kept_n > 0),
  -- The record that stands for it, at the end of all links; none where they lead nowhere.
  shown_as INTEGER REFERENCES record (id)
) STRICT;

CREATE INDEX same_as_kept ON same_as (kept_device, kept_n);

-- Changes that could not follow on the record, and why. `unknown` waits for its record to come.
CREATE TABLE held_change (
  id INTEGER PRIMARY KEY,
  unit INTEGER NOT NULL REFERENCES unit (id),
  device INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  record_device INTEGER NOT NULL,
  record_n INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('unknown', 'other_kind', 'other_unit')),
  change TEXT NOT NULL CHECK (json_valid(change)),
  UNIQUE (device, seq)
) STRICT;

CREATE INDEX held_change_of_record ON held_change (record_device, record_n) WHERE reason = 'unknown';

CREATE TABLE code (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE fact (
  unit INTEGER NOT NULL REFERENCES unit (id),
  indicator INTEGER NOT NULL,
  first INTEGER NOT NULL,
  record INTEGER NOT NULL REFERENCES record (id),
  part INTEGER NOT NULL,
  last INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  value INTEGER NOT NULL,
  d1 INTEGER REFERENCES code (id),
  d2 INTEGER REFERENCES code (id),
  d3 INTEGER REFERENCES code (id),
  d4 INTEGER REFERENCES code (id),
  PRIMARY KEY (unit, indicator, first, record, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX fact_of_record ON fact (record);

-- What ends, and what ends before it begins, are few.
CREATE INDEX fact_that_ends ON fact (unit, indicator, last) WHERE last < 2147483647 AND last <> first;
CREATE INDEX fact_reversed ON fact (unit, indicator) WHERE last < first;

-- Facts that are added, per span of days that calendars begin and end with.
CREATE TABLE rollup (
  unit INTEGER NOT NULL REFERENCES unit (id),
  -- 0 happened in the span, 1 began in it, 2 ended in it.
  side INTEGER NOT NULL CHECK (side IN (0, 1, 2)),
  -- 0 half a month (1st to 14th, 15th to the end), 1 a quarter that begins on the 15th.
  level INTEGER NOT NULL CHECK (level IN (0, 1)),
  span INTEGER NOT NULL,
  indicator INTEGER NOT NULL,
  value INTEGER NOT NULL,
  -- An object for each dimension: code (empty when not given) → value.
  split TEXT NOT NULL CHECK (json_valid(split)),
  PRIMARY KEY (unit, side, level, span, indicator)
) STRICT, WITHOUT ROWID;

-- Targets that the province set, beside those of the catalogue.
CREATE TABLE target (
  indicator TEXT NOT NULL,
  period TEXT NOT NULL,
  calendar TEXT NOT NULL,
  -- Empty for the province.
  unit TEXT NOT NULL,
  source TEXT NOT NULL,
  per_unit INTEGER,
  total INTEGER,
  PRIMARY KEY (indicator, period, calendar, unit),
  CHECK ((per_unit IS NULL) <> (total IS NULL))
) STRICT, WITHOUT ROWID;

-- What goes down to the communes, signed, in the order of its numbers.
CREATE TABLE bulletin (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  kind INTEGER NOT NULL,
  -- Whom it is for: empty for all; without a day for every version of the unit.
  unit_code TEXT NOT NULL,
  unit_from INTEGER,
  -- A later one of the same topic for the same unit says all that this one did; none when each one counts.
  topic TEXT,
  content BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  published_at_ms INTEGER NOT NULL,
  CHECK (unit_code <> '' OR unit_from IS NULL)
) STRICT;

CREATE INDEX bulletin_of_topic ON bulletin (topic, unit_code, number) WHERE topic IS NOT NULL;

CREATE TRIGGER bulletin_is_never_deleted
BEFORE DELETE ON bulletin
BEGIN
  SELECT RAISE(ABORT, 'bulletins only grow');
END;

CREATE TRIGGER bulletin_is_never_rewritten
BEFORE UPDATE ON bulletin
BEGIN
  SELECT RAISE(ABORT, 'bulletins are not rewritten');
END;

-- Each entry's hash is over itself and the entry before.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER audit_is_never_deleted
BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log only grows');
END;

CREATE TRIGGER audit_is_never_rewritten
BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is not rewritten');
END;

-- Photos

-- Photos that changes name, by the unit of the device that named them. Kept with the batch, and it follows from
-- the log; another catalogue adds to it and takes nothing away, because content lies here by it.
CREATE TABLE photo_name (
  unit INTEGER NOT NULL REFERENCES unit (id),
  photo BLOB NOT NULL CHECK (length(photo) = 32),
  record_device INTEGER NOT NULL,
  record_n INTEGER NOT NULL,
  -- 1 for a kind whose photos come sealed.
  sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
  PRIMARY KEY (unit, photo, record_device, record_n)
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_name_of_record ON photo_name (record_device, record_n);

-- Likewise, records whose content was destroyed. Their photos are asked for no more.
CREATE TABLE photo_gone (
  record_device INTEGER NOT NULL,
  record_n INTEGER NOT NULL,
  PRIMARY KEY (record_device, record_n)
) STRICT, WITHOUT ROWID;

-- Content by the hash of it, as it came.
CREATE TABLE photo (
  id INTEGER PRIMARY KEY,
  unit INTEGER NOT NULL REFERENCES unit (id),
  photo BLOB NOT NULL CHECK (length(photo) = 32),
  received_at_ms INTEGER NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (unit, photo)
) STRICT;
