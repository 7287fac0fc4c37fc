//! Dictionaries of the compression: what all communes' batches have in common. Numbers are for ever; a new
//! one is trained by `cargo xtask dictionary` and added beside the old ones, which stay readable.

use std::sync::LazyLock;

use zstd::dict::DecoderDictionary;

/// What new batches are compressed with.
pub(super) const NEWEST: u32 = 1;

#[derive(Clone, Copy)]
pub(super) struct Dictionary {
    pub open: &'static Side,
    pub sealed: &'static Side,
}

/// That of one side. Preparing it takes as long as unpacking a batch, so it is done once.
pub(super) struct Side {
    bytes: &'static [u8],
    decoder: LazyLock<DecoderDictionary<'static>>,
}

impl Side {
    pub fn decoder(&'static self) -> &'static DecoderDictionary<'static> {
        &self.decoder
    }
}

macro_rules! side {
    ($bytes:expr) => {
        Side { bytes: $bytes, decoder: LazyLock::new(|| DecoderDictionary::copy($bytes)) }
    };
}

static NONE: Side = side!(&[]);
static OPEN_1: Side = side!(include_bytes!("../../../../schema/protocol/dictionary/0001.open.zdict"));
static SEALED_1: Side = side!(include_bytes!("../../../../schema/protocol/dictionary/0001.sealed.zdict"));

/// The dictionary of a number, 0 being the empty one.
pub(super) fn of(number: u32) -> Option<Dictionary> {
    match number {
        0 => Some(Dictionary { open: &NONE, sealed: &NONE }),
        1 => Some(Dictionary { open: &OPEN_1, sealed: &SEALED_1 }),
        _ => None,
    }
}

/// What every frame of zstd begins with; it is left out.
pub(super) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const ZSTD_LEVEL: i32 = 19;

/// Packs with the unpacked length first, so that a reader can refuse it before it unpacks.
pub(super) fn pack(content: &[u8], dictionary: &Side) -> Vec<u8> {
    let mut out = Vec::new();
    crate::bytes::put_varint(&mut out, content.len() as u64);
    let frame = compress(content, dictionary.bytes).expect("compressing to memory cannot fail");
    out.extend_from_slice(frame.strip_prefix(&MAGIC).expect("a frame of zstd begins so"));
    out
}

fn compress(content: &[u8], dictionary: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(ZSTD_LEVEL, dictionary)?;
    // The batch's header names it already.
    compressor.include_dictid(false)?;
    compressor.compress(content)
}
