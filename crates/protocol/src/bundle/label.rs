//! The plain label: enough to refuse a wrong file in a sentence, and nothing personal. It can be altered, so
//! nothing is done by it that the signature inside does not confirm.

use minicbor::{Decode, Encode};
use sohoi_domain::{Day, DeviceId, UnitKey, text};

use super::BundleError;

/// Longest label that is read.
pub(super) const LABEL_BYTES: usize = 1 << 10;
/// Longest code of a unit.
const CODE_BYTES: usize = 16;
/// Letters of a name that a file's name takes.
const NAME_CHARS: usize = 40;
/// What a unit is, before its name: a file's name is short enough to be read in a list.
const LEVELS: [&str; 3] = ["Xa-", "Phuong-", "Thi-tran-"];

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From a commune to the hub.
    Bundle,
    /// And back.
    Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub way: Way,
    /// Short form of the hub's key.
    pub hub: DeviceId,
    pub unit: UnitKey,
    pub device: DeviceId,
    /// Counts the bundles of the device; an answer bears that of its bundle.
    pub number: u32,
    pub made_on: Day,
    /// First change of the bundle, and the first after it.
    pub first_seq: u64,
    pub next_seq: u64,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    way: u8,
    #[n(1)]
    hub: u64,
    #[n(2)]
    unit_code: String,
    #[n(3)]
    unit_from: i32,
    #[n(4)]
    device: u64,
    #[n(5)]
    number: u32,
    #[n(6)]
    made_on: i32,
    #[n(7)]
    first_seq: u64,
    #[n(8)]
    next_seq: u64,
}

impl Label {
    /// The label of the answer to this bundle.
    pub fn answered(&self, made_on: Day) -> Label {
        Label { way: Way::Answer, made_on, ..self.clone() }
    }

    /// What the file is called when nobody says otherwise: ASCII, and good on Windows. `mark` tells an
    /// answer from its bundle.
    pub fn file_name(&self, unit_name: &str, mark: Option<&str>) -> String {
        let name = plain(unit_name);
        let name = LEVELS.iter().find_map(|level| name.strip_prefix(level)).unwrap_or(&name);
        let name = if name.is_empty() { plain(&self.unit.code) } else { name.to_string() };
        let mark = mark.map(|mark| format!("_{}", plain(mark))).unwrap_or_default();
        format!("SoHoi_{name}_{}_{:03}{mark}.sohoi", self.made_on, self.number)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let wire = Wire {
            way: match self.way {
                Way::Bundle => 0,
                Way::Answer => 1,
            },
            hub: self.hub.0,
            unit_code: self.unit.code.clone(),
            unit_from: self.unit.valid_from.number(),
            device: self.device.0,
            number: self.number,
            made_on: self.made_on.number(),
            first_seq: self.first_seq,
            next_seq: self.next_seq,
        };
        minicbor::to_vec(wire).expect("writing to memory cannot fail")
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Label, BundleError> {
        let wire: Wire = minicbor::decode(bytes).map_err(|_| BundleError::Damaged)?;
        let way = match wire.way {
            0 => Way::Bundle,
            1 => Way::Answer,
            _ => return Err(BundleError::Damaged),
        };
        let is_sane = (1..=CODE_BYTES).contains(&wire.unit_code.len())
            && wire.number > 0
            && wire.first_seq > 0
            && wire.first_seq <= wire.next_seq;
        if !is_sane {
            return Err(BundleError::Damaged);
        }
        Ok(Label {
            way,
            hub: DeviceId(wire.hub),
            unit: UnitKey { code: wire.unit_code, valid_from: day(wire.unit_from)? },
            device: DeviceId(wire.device),
            number: wire.number,
            // The clock of a PC may show any day, and nothing hangs on this one.
            made_on: Day::from_number(wire.made_on),
            first_seq: wire.first_seq,
            next_seq: wire.next_seq,
        })
    }
}

// A unit is named by a day that can be written down.
fn day(number: i32) -> Result<Day, BundleError> {
    Day::from_number(number).to_string().parse().map_err(|_| BundleError::Damaged)
}

fn plain(name: &str) -> String {
    let plain = text::ascii(name);
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    joined.chars().take(NAME_CHARS).collect::<String>().trim_end_matches('-').to_string()
}
