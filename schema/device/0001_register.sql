-- The register of one commune on one PC.
--
-- `change` is the truth and only grows, but for what moves to another device after a fork; record, same_as, awaited, fact, conflict, record_search and reworded are projections
-- of it that can be rebuilt and compared. Device ids and hybrid clocks are unsigned 64-bit numbers kept as the signed
-- integer of the same bits. Days count from 1970-01-01.
--
-- A save is one fsync and as few pages as can be: row ids are made of the device's short number and the
-- running number there (record: ref << 32 | n, change: ref << 48 | seq), so that neither table needs an index
-- to be found by, and the changes of a record are a chain.

-- Single values: the commune's key, who works here, which catalogue the projections were made with.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT;

-- Every device whose changes are here. Own ones have a secret, also retired ones: after a fork the PC goes on
-- under a new key.
CREATE TABLE device (
  ref INTEGER PRIMARY KEY CHECK (ref BETWEEN 1 AND 4095),
  id INTEGER NOT NULL UNIQUE,
  secret BLOB CHECK (length(secret) = 32),
  since_ms INTEGER NOT NULL,
  retired_at_ms INTEGER,
  -- Newest change that this PC made under it before it went on as another; those after it are a copy's.
  last_own_seq INTEGER CHECK ((last_own_seq IS NULL) = (retired_at_ms IS NULL))
) STRICT;

CREATE UNIQUE INDEX device_in_use ON device (retired_at_ms IS NULL)
WHERE secret IS NOT NULL AND retired_at_ms IS NULL;

-- Officers by device and their number there; names stay in the commune.
CREATE TABLE officer (
  device INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  name TEXT NOT NULL CHECK (name <> ''),
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (device, number)
) STRICT, WITHOUT ROWID;

-- Other PCs of the commune: where the hub goes on with their batches.
CREATE TABLE peer (
  device INTEGER PRIMARY KEY,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  -- First change that is not here, and the chain over those before it.
  next_seq INTEGER NOT NULL CHECK (next_seq > 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE TABLE unit_ref (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  UNIQUE (code, valid_from)
) STRICT;

CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  -- The change of the same record that was applied before it; none for the first.
  previous INTEGER,
  device INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  record_device INTEGER NOT NULL,
  record_n INTEGER NOT NULL CHECK (record_n > 0),
  kind INTEGER NOT NULL CHECK (kind > 0),
  op TEXT NOT NULL CHECK (op IN ('create', 'patch', 'erase', 'restore')),
  hlc INTEGER NOT NULL,
  author INTEGER NOT NULL CHECK (author >= 0),
  body TEXT NOT NULL CHECK (json_valid(body)),
  -- The content of an erased personal record is gone; the step itself stays.
  destroyed INTEGER NOT NULL DEFAULT 0 CHECK (destroyed IN (0, 1))
) STRICT;

CREATE TRIGGER change_is_never_deleted
BEFORE DELETE ON change
BEGIN
  SELECT RAISE(ABORT, 'the change log only grows');
END;

-- The one rewrite that is let through: emptying what an erasure must destroy. Going on under another device lifts
-- both guards inside its transaction.
CREATE TRIGGER change_is_only_destroyed
BEFORE UPDATE ON change
WHEN NEW.destroyed <> 1
  OR NEW.id <> OLD.id
  OR NEW.previous IS NOT OLD.previous
  OR NEW.device <> OLD.device
  OR NEW.seq <> OLD.seq
  OR NEW.record_device <> OLD.record_device
  OR NEW.record_n <> OLD.record_n
  OR NEW.kind <> OLD.kind
  OR NEW.op <> OLD.op
  OR NEW.hlc <> OLD.hlc
  OR NEW.author <> OLD.author
BEGIN
  SELECT RAISE(ABORT, 'the change log is not rewritten');
END;

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK (n > 0),
  kind INTEGER NOT NULL CHECK (kind > 0),
  unit INTEGER NOT NULL REFERENCES unit_ref (id),
  -- The day that decides the period; none when the record has none.
  day INTEGER,
  erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
  -- Erased, or shown as part of another record.
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  destroyed INTEGER NOT NULL DEFAULT 0 CHECK (destroyed IN (0, 1)),
  last_device INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq > 0),
  last_hlc INTEGER NOT NULL,
  -- Newest change of it that was made on this PC; 0 when none was.
  own_seq INTEGER NOT NULL DEFAULT 0 CHECK (own_seq >= 0),
  author_device INTEGER NOT NULL,
  author INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  catalogue INTEGER NOT NULL,
  -- Where the chain of its changes begins.
  newest_change INTEGER NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

-- Records of which changes came before the create did: another device's batch was faster.
CREATE TABLE awaited (
  -- The row that the record will have.
  id INTEGER PRIMARY KEY,
  -- Where the chain of its changes begins.
  newest_change INTEGER NOT NULL
) STRICT;

-- Lists, counts and their order are answered from this alone.
CREATE INDEX record_by_day ON record (day, id, kind) WHERE hidden = 0;

-- Records that gave way to another of the same thing. A link can lead nowhere: the other is not here, or erased.
CREATE TABLE same_as (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  kept_device INTEGER NOT NULL,
  kept_n INTEGER NOT NULL CHECK (kept_n > 0),
  -- The record that is shown for it, at the end of all links; none where they lead nowhere.
  shown_as INTEGER REFERENCES record (id)
) STRICT;

CREATE INDEX same_as_kept ON same_as (kept_device, kept_n);

-- What a record contributes to an indicator. Lies in the order in which figures read it; the facts of a record
-- are found again by making them again.
CREATE TABLE fact (
  indicator INTEGER NOT NULL,
  first INTEGER NOT NULL,
  record INTEGER NOT NULL REFERENCES record (id),
  no INTEGER NOT NULL,
  last INTEGER NOT NULL,
  unit INTEGER NOT NULL REFERENCES unit_ref (id),
  -- Person or thing counted once however often it appears; 0 when values are added.
  subject INTEGER NOT NULL,
  value INTEGER NOT NULL,
  d1 TEXT,
  d2 TEXT,
  d3 TEXT,
  d4 TEXT,
  PRIMARY KEY (indicator, first, record, no)
) STRICT, WITHOUT ROWID;

-- Folded words, and those that have marks with them. The row id is the day above the record's id, so that the
-- newest come first without sorting. The newest records of this PC are not in it yet: meta says up to which it
-- reaches. Words come cut and folded; the tokeniser only splits at spaces.
CREATE VIRTUAL TABLE record_search USING fts5 (
  folded,
  marked,
  kind,
  content = '',
  columnsize = 0,
  detail = 'column',
  prefix = '1 2',
  tokenize = 'ascii'
);

-- What was taken out of the index leaves its bytes too.
INSERT INTO record_search (record_search, rank) VALUES ('secure-delete', 1);

-- What the index still has of records that were worded anew since. A search passes over these rows and reads the
-- records; when there are some of them, the index is brought up to date.
CREATE TABLE reworded (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  -- The row of the index.
  search_row INTEGER NOT NULL,
  folded TEXT NOT NULL,
  marked TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT;

-- Fields of records of which values wait beside the one that shows; field 0 when an edit and an erase did not
-- see each other. The values are in the record's body.
CREATE TABLE conflict (
  record INTEGER NOT NULL REFERENCES record (id),
  field INTEGER NOT NULL CHECK (field >= 0),
  PRIMARY KEY (record, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  kind TEXT NOT NULL,
  record TEXT,
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  saved_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

-- Sealed bytes, the same over every carrier; kept until long after they were received.
CREATE TABLE batch (
  device INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  count INTEGER NOT NULL CHECK (count > 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  sealed_at_ms INTEGER NOT NULL,
  -- Set by a receipt over this very chain.
  received_at_ms INTEGER,
  bytes BLOB NOT NULL,
  PRIMARY KEY (device, first_seq)
) STRICT;

CREATE INDEX batch_unreceived ON batch (device, first_seq) WHERE received_at_ms IS NULL;

-- What sealed batches hold by kind, as the hub can count it too: compared at the end of every sync.
CREATE TABLE sealed_sum (
  device INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  n_changes INTEGER NOT NULL CHECK (n_changes > 0),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (device, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
  device INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  count INTEGER NOT NULL CHECK (count > 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  -- A hub that was restored from a backup starts a new one.
  hub_epoch INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (device, first_seq, hub_epoch)
) STRICT;

CREATE TABLE enrolment (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  hub_url TEXT NOT NULL,
  hub_key BLOB NOT NULL CHECK (length(hub_key) = 32),
  token TEXT NOT NULL,
  province TEXT NOT NULL,
  hub_epoch INTEGER NOT NULL,
  enrolled_at_ms INTEGER NOT NULL
) STRICT;

-- What the province said, byte for byte and signed, in its own order. Targets follow from it.
CREATE TABLE bulletin (
  id INTEGER PRIMARY KEY,
  -- Id of the hub's key: numbers are its own.
  hub INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  kind INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  -- 0 while only a newer program can do what it says.
  applied INTEGER NOT NULL CHECK (applied IN (0, 1)),
  content BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  UNIQUE (hub, number)
) STRICT;

-- Projection of bulletins: files of catalogues that the province published. The newest that can be read are
-- worked with.
CREATE TABLE catalogue_release (
  -- `whole`, `units` or `calendars`.
  part TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  format INTEGER NOT NULL,
  -- Name → content.
  files TEXT NOT NULL CHECK (json_valid(files)),
  PRIMARY KEY (part, version)
) STRICT;

-- Targets that the province set, beside those of the catalogue.
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  indicator TEXT NOT NULL,
  calendar TEXT NOT NULL,
  period TEXT NOT NULL,
  source TEXT NOT NULL,
  unit TEXT,
  per_unit INTEGER,
  total INTEGER
) STRICT;

-- Who did what kind of thing when; never about whom. What the change log tells of saves is not told again here.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL,
  author INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  n_changes INTEGER NOT NULL
) STRICT;

-- What stamps of this PC are off, for the times that are shown of its changes. Of one start of the program, up to
-- the sync that told: what the clock was off the hub's. Of later ones: what they count on from a stamp that lies
-- ahead. Both can be true of one change, and add up. The stamps stay.
CREATE TABLE clock_correction (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  -- To be added.
  offset_ms INTEGER NOT NULL,
  -- By the hub's clock: nothing of it was written later. None when the hub has not told.
  told_at_ms INTEGER
) STRICT;

CREATE INDEX clock_correction_of_device ON clock_correction (device, first_seq);

-- Both clocks at every start, to tell a clock that was set from time that passed.
CREATE TABLE boot (
  id INTEGER PRIMARY KEY,
  wall_ms INTEGER NOT NULL,
  monotonic_ms INTEGER NOT NULL
) STRICT;

-- Photos by the hash of their content, byte for byte as they are everywhere. Without content stands what another PC
-- named and has not sent.
CREATE TABLE photo (
  id BLOB PRIMARY KEY CHECK (length(id) = 32),
  -- 0 while no change names it: a form that is being filled in has it.
  named INTEGER NOT NULL CHECK (named IN (0, 1)),
  added_at_ms INTEGER NOT NULL,
  -- Under which epoch the hub has signed that it has it; none when it has not.
  kept_epoch INTEGER,
  content BLOB,
  CHECK (content IS NOT NULL OR named = 1)
) STRICT;

CREATE INDEX photo_to_do ON photo (added_at_ms) WHERE content IS NULL OR kept_epoch IS NULL OR named = 0;
