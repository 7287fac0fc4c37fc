//! The most that any decoder accepts, checked before memory is spent.

/// Version of the conversation; a hub answers every version it ever spoke.
pub const PROTOCOL: u16 = 1;

/// One sealed batch. What this program seals is some 85 KiB at most of ordinary records.
pub const BATCH_BYTES: usize = 1 << 20;
/// One section of a batch once unpacked.
pub const SECTION_BYTES: usize = 16 << 20;
/// Changes in one batch.
pub const BATCH_CHANGES: usize = 4_000;
/// Changes in a batch that this program seals.
pub const SEAL_CHANGES: usize = BATCH_CHANGES;
/// Columns of one section.
pub const COLUMNS: usize = 8_192;
/// Lines of one column, over all rows.
pub const LINE_ROWS: usize = 1 << 20;
/// One text.
pub const TEXT_BYTES: usize = 64 << 10;
/// HELLO, END and what answers them.
pub const MESSAGE_BYTES: usize = 64 << 10;
/// What is said in brief.
pub const BRIEF_BYTES: usize = 80;
/// How a PC presents itself to the others of its commune.
pub const CARD_BYTES: usize = 2 << 10;
/// Batches of other PCs that come down in one conversation, in bytes; what is left comes with the next.
pub const PULL_BYTES: usize = 4 << 20;
/// What a file brings back of photos, and after a fork of the device's own history.
pub const FILE_PULL_BYTES: usize = 64 << 20;
/// What comes down in one piece: a batch, a bulletin, a photo.
pub const PULL_CONTENT_BYTES: usize = 1 << 20;
/// The content of a photo, with what is around the picture.
pub const PHOTO_BYTES: usize = 224 << 10;
/// Numbers and names around one content in a frame.
pub const AROUND_BYTES: usize = 64;
/// Photos named in one message.
pub const PHOTOS: usize = 1_000;
/// Longest run of frames in one request.
pub const REQUEST_BYTES: u64 = 256 << 20;
/// Sealed part of a file: the same frames, and what age adds to them.
pub const BUNDLE_BYTES: u64 = REQUEST_BYTES + (1 << 20);
/// A batch is sealed once its changes hold about this many bytes, so that one fits the limit above.
pub const SEAL_CONTENT_BYTES: usize = 768 << 10;
/// Values of one section, over all columns.
pub const VALUES: usize = 2_000_000;
/// One bulletin, as it comes down.
pub const BULLETIN_BYTES: usize = PULL_CONTENT_BYTES;
/// Targets of one bulletin.
pub const TARGETS: usize = 20_000;
/// A name, a code or a label in a bulletin.
pub const WORD_BYTES: usize = 128;
/// A comment of the province, or its note on a period.
pub const NOTE_BYTES: usize = 8 << 10;
/// Runs of changes whose stamps are off: in END, and in what comes down of it.
pub const CLOCK_RUNS: usize = 200;
pub const CLOCK_WORDS: usize = 1_000;
/// What a stamp can be off, and a moment: no stamp has more bits.
pub const CLOCK_MS: u64 = 1 << 48;
/// Code of a unit.
pub const UNIT_CODE_BYTES: usize = 16;
/// Files of a catalogue, unpacked, and how many.
pub const CATALOGUE_BYTES: usize = 8 << 20;
pub const CATALOGUE_FILES: usize = 1_000;
