//! The messages around the batches. CBOR maps with numbered keys: an unknown key is skipped, so that a
//! newer side can say more.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use sohoi_domain::DeviceId;
use sohoi_domain::photo::PhotoId;

use crate::batch::Chain;
use crate::clock::ClockRuns;
use crate::enrol::RenewReq;
use crate::sign::{Signature, Signer, verify};
use crate::sum::{KindSum, KindSums, SumsDigest};

/// What a device says first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    #[n(0)]
    pub protocol: u16,
    /// Version of the program.
    #[n(1)]
    pub program: String,
    #[n(2)]
    pub device: u64,
    /// First change that has no receipt yet, as the device believes.
    #[n(3)]
    pub next_seq: u64,
    /// Of the chain over everything before it.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub mark: Mark,
    /// Tells this start of the program from others, its clock and the time since that start.
    #[n(5)]
    pub boot: u64,
    #[n(6)]
    pub wall_ms: i64,
    #[n(7)]
    pub monotonic_ms: u64,
    #[n(8)]
    pub catalogue: u32,
    /// Last bulletin applied.
    #[n(9)]
    pub bulletin_cursor: u64,
    /// For each other device of the commune, the first change not yet here.
    #[n(10)]
    pub device_cursors: BTreeMap<u64, u64>,
    /// Last word on other devices' clocks that is here; absent before the first.
    #[n(11)]
    pub clock_cursor: Option<u64>,
    /// The hub's epoch as this device last heard it: all that is said here of what the hub has is of that epoch.
    #[n(12)]
    pub epoch: Option<u64>,
}

impl Hello {
    pub fn device(&self) -> DeviceId {
        DeviceId(self.device)
    }
}

/// The beginning of a chain: enough to see whether two histories are the same, since nobody gains by a false one.
pub type Mark = [u8; 8];

pub fn mark(chain: &Chain) -> Mark {
    let mut mark = Mark::default();
    mark.copy_from_slice(&chain[..size_of::<Mark>()]);
    mark
}

/// The hub's answer: where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Welcome {
    #[n(0)]
    pub protocol: u16,
    /// Grows when the hub was restored from a backup.
    #[n(1)]
    pub epoch: u64,
    /// First change that the hub does not have.
    #[n(2)]
    pub next_seq: u64,
    /// Chain over everything before it, as the hub has it.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub chain: Chain,
    #[n(4)]
    pub now_ms: i64,
    #[n(5)]
    pub max_batch_bytes: u32,
    /// What has come of the batch at next_seq, when a line was cut in its middle.
    #[n(6)]
    pub begun: Option<Begun>,
}

/// The beginning of a batch that the hub has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Begun {
    #[n(0)]
    pub n_bytes: u32,
    /// SHA-256 over these bytes: the device goes on with them only when they are its own.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 32],
}

impl Begun {
    pub fn of(bytes: &[u8]) -> Begun {
        Begun { n_bytes: bytes.len() as u32, hash: Sha256::digest(bytes).into() }
    }

    /// The rest of a batch that begins with what is meant; none when it does not, or when nothing is left.
    pub fn rest_of<'a>(&self, batch: &'a [u8]) -> Option<&'a [u8]> {
        let (begun, rest) = batch.split_at_checked(self.n_bytes as usize)?;
        (Begun::of(begun) == *self && !rest.is_empty()).then_some(rest)
    }
}

/// The device's word that this was all.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct End {
    #[n(0)]
    pub next_seq: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub chain: Chain,
    /// Over the final chain.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature: Signature,
    /// What the device reckons of all its changes up to here, see [`KindSums::digest`]; absent when it does not.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub sums: Option<SumsDigest>,
    /// What stamps of this device before next_seq are off, where that is worth a word.
    #[n(4)]
    pub clock: Option<ClockRuns>,
}

impl End {
    const CONTEXT: &'static [u8] = b"sohoi end 1";

    pub fn sign(next_seq: u64, chain: Chain, signer: &Signer) -> End {
        let signature = signer.sign(End::CONTEXT, &[&next_seq.to_be_bytes(), &chain]);
        End { next_seq, chain, signature, sums: None, clock: None }
    }

    pub fn is_signed_by(&self, public_key: &[u8; 32]) -> bool {
        verify(public_key, End::CONTEXT, &[&self.next_seq.to_be_bytes(), &self.chain], &self.signature)
    }
}

/// The hub's signed word that it has a run of changes on disk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    #[n(0)]
    pub device: u64,
    #[n(1)]
    pub first_seq: u64,
    #[n(2)]
    pub count: u32,
    /// Chain up to and with this run.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub chain: Chain,
    #[n(4)]
    pub epoch: u64,
    #[n(5)]
    pub at_ms: i64,
    #[cbor(n(6), with = "minicbor::bytes")]
    pub signature: Signature,
}

impl Receipt {
    const CONTEXT: &'static [u8] = b"sohoi receipt 1";

    /// Fills in the signature over everything else.
    pub fn signed(mut self, hub: &Signer) -> Receipt {
        let parts = self.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        self.signature = hub.sign(Receipt::CONTEXT, &slices);
        self
    }

    pub fn is_signed_by(&self, hub_key: &[u8; 32]) -> bool {
        let parts = self.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        verify(hub_key, Receipt::CONTEXT, &slices, &self.signature)
    }

    fn parts(&self) -> [Vec<u8>; 6] {
        [
            self.device.to_be_bytes().to_vec(),
            self.first_seq.to_be_bytes().to_vec(),
            self.count.to_be_bytes().to_vec(),
            self.chain.to_vec(),
            self.epoch.to_be_bytes().to_vec(),
            self.at_ms.to_be_bytes().to_vec(),
        ]
    }
}

/// Something that comes down: a bulletin of the hub, or another device's batch as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Pull {
    /// One of [`PullKind`].
    #[n(0)]
    pub kind: u8,
    /// Number of the bulletin, or of the first change; 0 for a device.
    #[n(1)]
    pub number: u64,
    /// The device, or that of a batch; 0 for a bulletin.
    #[n(2)]
    pub device: u64,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub content: Vec<u8>,
    /// Over all of it, by the hub; a batch bears its device's own as well.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub signature: Signature,
}

/// What a [`Pull`] brings. Others are for newer programs and are left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PullKind {
    Bulletin = 0,
    /// Another device's batch, byte for byte.
    Batch = 1,
    /// Another device of the commune: its public key (32), then its card.
    Device = 2,
    /// A photo of the unit; its number and device are 0.
    Photo = 3,
    /// [`crate::clock::ClockWords`]; its device is 0.
    Clock = 4,
}

impl Pull {
    const CONTEXT: &'static [u8] = b"sohoi pull 1";

    pub fn sign(kind: PullKind, number: u64, device: DeviceId, content: Vec<u8>, hub: &Signer) -> Pull {
        let mut pull = Pull { kind: kind as u8, number, device: device.0, content, signature: [0; 64] };
        let parts = pull.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        pull.signature = hub.sign(Pull::CONTEXT, &slices);
        pull
    }

    pub fn is_signed_by(&self, hub_key: &[u8; 32]) -> bool {
        let parts = self.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        verify(hub_key, Pull::CONTEXT, &slices, &self.signature)
    }

    fn parts(&self) -> [Vec<u8>; 4] {
        let content = Sha256::digest(&self.content).to_vec();
        [vec![self.kind], self.number.to_be_bytes().to_vec(), self.device.to_be_bytes().to_vec(), content]
    }
}

/// A photo, named by the hash of its content. It bears no signature: the name stands in a signed batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Blob {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub hash: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    pub content: Vec<u8>,
}

impl Blob {
    pub fn of(content: Vec<u8>) -> Blob {
        Blob { hash: Sha256::digest(&content).into(), content }
    }

    /// True when the content is what the name says.
    pub fn is_whole(&self) -> bool {
        Sha256::digest(&self.content)[..] == self.hash
    }
}

/// The first word of a file by a device that the hub may not know yet: it goes on for another one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Renew {
    /// The device that is left.
    #[n(0)]
    pub old: u64,
    #[n(1)]
    pub request: RenewReq,
}

/// What a device has to say about photos once its batches are out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Photos {
    /// That are here, and for which the hub has not signed.
    #[cbor(n(0), with = "crate::photo::ids")]
    pub offered: Vec<PhotoId>,
    /// That records name and that are not here.
    #[cbor(n(1), with = "crate::photo::ids")]
    pub wanted: Vec<PhotoId>,
}

/// The hub's word on photos: on those that were offered, or on one that came.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Kept {
    /// On the hub's disk.
    #[cbor(n(0), with = "crate::photo::ids")]
    pub kept: Vec<PhotoId>,
    /// That a batch of the unit names and that have not come.
    #[cbor(n(1), with = "crate::photo::ids")]
    pub lacking: Vec<PhotoId>,
    #[n(2)]
    pub device: u64,
    #[n(3)]
    pub epoch: u64,
    #[n(4)]
    pub at_ms: i64,
    /// Over what is kept.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub signature: Signature,
}

impl Kept {
    const CONTEXT: &'static [u8] = b"sohoi photos 1";

    /// Fills in the signature.
    pub fn signed(mut self, hub: &Signer) -> Kept {
        let parts = self.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        self.signature = hub.sign(Kept::CONTEXT, &slices);
        self
    }

    pub fn is_signed_by(&self, hub_key: &[u8; 32]) -> bool {
        let parts = self.parts();
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        verify(hub_key, Kept::CONTEXT, &slices, &self.signature)
    }

    fn parts(&self) -> [Vec<u8>; 4] {
        [
            self.device.to_be_bytes().to_vec(),
            self.epoch.to_be_bytes().to_vec(),
            self.at_ms.to_be_bytes().to_vec(),
            self.kept.iter().flat_map(|id| id.0).collect(),
        ]
    }
}

/// The hub's last word: what it counts of this device when that is not what END said.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Done {
    #[n(0)]
    pub next_seq: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub chain: Chain,
    /// Changes by kind, to compare with the device's own; empty when both sides have the same.
    #[n(2)]
    pub n_changes: BTreeMap<u16, u64>,
    /// More is waiting to come down than one conversation takes.
    #[n(3)]
    pub more: bool,
    /// Beside n_changes, the digest of each kind.
    #[n(4)]
    pub digests: Option<BTreeMap<u16, KindDigest>>,
    /// First changes of the batches that the hub can no longer read, and asks for again.
    #[n(5)]
    pub again: Option<Vec<u64>>,
    /// The hub's number for what END told of stamps that are off, and for all that came down of others' before it.
    #[n(6)]
    pub clock_number: Option<u64>,
}

/// Of a [`crate::KindSum`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct KindDigest(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl Done {
    /// At this place, with nothing else to say.
    pub fn at(next_seq: u64, chain: Chain) -> Done {
        Done {
            next_seq,
            chain,
            n_changes: BTreeMap::new(),
            more: false,
            digests: None,
            again: None,
            clock_number: None,
        }
    }

    /// With what the hub has of the device, since it differs from what the device said.
    pub fn with_sums(mut self, sums: &KindSums) -> Done {
        self.n_changes = sums.0.iter().map(|(kind, sum)| (*kind, sum.n_changes)).collect();
        self.digests = Some(sums.0.iter().map(|(kind, sum)| (*kind, KindDigest(sum.digest))).collect());
        self
    }

    /// What the hub has of the device, where it says so.
    pub fn sums(&self) -> Option<KindSums> {
        let digests = self.digests.as_ref()?;
        let kinds = digests.keys().chain(self.n_changes.keys());
        let of = |kind| {
            let digest = digests.get(kind).map_or([0; 32], |digest| digest.0);
            KindSum { n_changes: self.n_changes.get(kind).copied().unwrap_or_default(), digest }
        };
        Some(KindSums(kinds.map(|kind| (*kind, of(kind))).collect()))
    }
}

/// Why nothing, or no more, was taken. What was acknowledged before stays taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Refusal {
    /// Such as `sync.batch_refused`.
    #[n(0)]
    pub code: String,
    /// What exactly, in a word for the log: `signature`, `chain`, `unit`.
    #[n(1)]
    pub reason: String,
    #[n(2)]
    pub params: BTreeMap<String, String>,
}

impl Refusal {
    pub fn new(code: &str, reason: &str) -> Refusal {
        Refusal { code: code.to_string(), reason: reason.to_string(), params: BTreeMap::new() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Refusal {
        self.params.insert(name.to_string(), value.to_string());
        self
    }
}
