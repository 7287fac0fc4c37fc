//! Sealing: changes in, the bytes that will never change out.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sohoi_domain::change::same::{SAME_AS, SETTLED};
use sohoi_domain::{Change, FieldNum, KindNum};

use super::dictionary;
use super::lists::Lists;
use super::rows::{self, Devices};
use super::section::{self, Side};
use super::{BatchHeader, Chain, FORMAT, SALT_BYTES, SIGN_CONTEXT, chain_of, nonce};
use crate::bytes::put_bytes;
use crate::limits;
use crate::sign::Signer;

/// Which fields leave the PC only sealed.
pub trait Privacy {
    /// True for a field, or a column of lines, that is personal. What the catalogue does not know counts as
    /// personal: better sealed for nothing than told by mistake.
    fn is_personal(&self, kind: KindNum, field: FieldNum, column: Option<FieldNum>) -> bool;
}

impl Privacy for sohoi_domain::Catalogue {
    fn is_personal(&self, kind: KindNum, field: FieldNum, column: Option<FieldNum>) -> bool {
        let is_bare = [sohoi_domain::change::WHOLE_RECORD, SAME_AS, SETTLED].contains(&field);
        // What a commune submits is for the province to read.
        if is_bare || sohoi_domain::submission::is_own(kind) {
            return false;
        }
        let field = sohoi_domain::change::element::field_of(field);
        let Some(field) = self.kind_by_num(kind).and_then(|kind| kind.field_by_num(field)) else {
            return true;
        };
        match column {
            None => field.is_personal(),
            Some(num) => field.column_by_num(num).is_none_or(|column| column.is_personal()),
        }
    }
}

/// What a batch is made with.
pub struct Sealing<'a> {
    pub signer: &'a Signer,
    pub device: sohoi_domain::DeviceId,
    pub commune_key: &'a [u8; 32],
    pub previous: Chain,
    /// Fresh random bytes for every batch.
    pub salt: [u8; SALT_BYTES],
    pub privacy: &'a dyn Privacy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: Vec<u8>,
    pub first_seq: u64,
    pub count: u32,
    pub chain: Chain,
}

/// Seals a run of changes of one device, all checked by one version of the catalogue.
///
/// # Panics
/// When the run is empty, has gaps or mixes catalogue versions: the caller cuts runs so that it has not.
pub fn seal(changes: &[Change], with: &Sealing) -> Sealed {
    let first = changes.first().expect("a batch holds changes");
    let contiguous =
        changes.iter().zip(first.seq..).all(|(c, seq)| c.seq == seq && c.catalogue == first.catalogue);
    assert!(contiguous, "a batch is a run without gaps under one catalogue");
    let header = BatchHeader {
        device: with.device,
        first_seq: first.seq,
        count: changes.len() as u32,
        catalogue: first.catalogue,
        base_hlc: first.hlc,
        dictionary: dictionary::NEWEST,
    };
    let dictionary = dictionary::of(header.dictionary).expect("the newest is one of ours");
    let mut devices = Devices::new(with.device);
    // The sealed side is written first, so that the list of devices, in the open side, names its own too.
    let sealed = section::write(changes, Side::Sealed, with.privacy, &mut devices);
    let mut rows = Vec::new();
    rows::write(&mut rows, changes, header.base_hlc, &mut devices);
    let open = section::write(changes, Side::Open, with.privacy, &mut devices);
    let mut open_side = Vec::new();
    devices.write(&mut open_side);
    open_side.extend(rows);
    open_side.extend(open);

    let mut bytes = vec![FORMAT];
    header.write(&mut bytes);
    put_bytes(&mut bytes, &dictionary::pack(&open_side, dictionary.open));
    let sealed = if sealed == [0] {
        Vec::new()
    } else {
        encrypt(&bytes, &dictionary::pack(&sealed, dictionary.sealed), with)
    };
    put_bytes(&mut bytes, &sealed);
    let chain = {
        bytes.extend([0; super::SIGNATURE_BYTES]);
        chain_of(&bytes, &with.previous)
    };
    bytes.truncate(bytes.len() - super::SIGNATURE_BYTES);
    bytes.extend(with.signer.sign(SIGN_CONTEXT, &[&chain]));
    Sealed { bytes, first_seq: header.first_seq, count: header.count, chain }
}

/// How many of these changes go into the next batch: as many as every reader takes, and one at least.
pub fn run_length(changes: &[Change]) -> usize {
    let Some(first) = changes.first() else { return 0 };
    let (mut content, mut lists) = (0, Lists::default());
    changes
        .iter()
        .take(limits::SEAL_CHANGES)
        .take_while(|change| {
            content += size_of_change(change);
            let fits = lists.add(change) && content + lists.code_bytes() <= limits::SEAL_CONTENT_BYTES;
            change.catalogue == first.catalogue && (fits || change.seq == first.seq)
        })
        .count()
}

fn size_of_change(change: &Change) -> usize {
    use sohoi_domain::Value;
    fn size(value: &Value) -> usize {
        match value {
            Value::Text(text) | Value::Code(text) => text.len() + 2,
            Value::Codes(codes) => codes.len() * 8,
            Value::Lines(lines) => lines.iter().flat_map(|line| line.values()).map(size).sum(),
            // The longest number, or device and number.
            _ => 10,
        }
    }
    change.fields.values().flatten().map(size).sum::<usize>()
        + change.replaces.len() * 12
        + change.reason.as_ref().map_or(0, String::len)
        + 16
}

// Bound to the header and the open side: a sealed section fits no other batch.
fn encrypt(bound_to: &[u8], content: &[u8], with: &Sealing) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*with.commune_key));
    let payload = Payload { msg: content, aad: bound_to };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce(&with.salt, bound_to)), payload)
        .expect("a section is far below the cipher's limit");
    [with.salt.as_slice(), &sealed].concat()
}
