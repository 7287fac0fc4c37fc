//! After a fork: the hub has another history of this device than the register. It was cloned, or restored from
//! a backup, and the other copy was there first. That one keeps the device; this one looks at what the hub has
//! of it, finds where the two have parted, and goes on under a device of its own.

use std::collections::BTreeMap;

use sohoi_domain::{Change, DeviceId, Op, RecordId};
use sohoi_protocol::batch::{Chain, START};
use sohoi_protocol::enrol::{RenewReq, RenewRes, next_secret, renewed_token};
use sohoi_protocol::sign::Signer;
use sohoi_store::{EnrolmentRow, Identity, PeerRow, Register, Renewal};
use zeroize::Zeroizing;

use crate::carrier::{Cancel, Carrier, answered};
use crate::enrol::{card, new_device};
use crate::error::SyncError;
use crate::peers::{Peers, Pulled};
use crate::photos::StagedPhotos;
use crate::stage::{Clock, Staged, hello, roots};
use crate::unasked::Unasked;

/// A renewal on its way. Nothing of the register changes before [`Renewing::finish`].
pub struct Renewing {
    /// Where comparing goes on: everything of the old device before it is the same on both sides.
    place: PeerRow,
    /// Where the hub stands: its next number, and the chain there.
    hub_place: (u64, Chain),
    /// Newest change that both have, once it is found.
    last_common: Option<u64>,
    /// The device to go on as, once it is chosen.
    next: Option<Identity>,
}

impl Renewing {
    /// # Errors
    /// When the register cannot be read.
    pub fn begin(register: &Register, hub_place: (u64, Chain)) -> Result<Renewing, SyncError> {
        let own = register.identity();
        let public_key = Signer::new(&own.device_secret).public_key();
        let mut place = PeerRow { device: own.device, public_key, next_seq: 1, chain: START };
        // What the hub once signed for, it has, unless it was restored from a backup itself.
        let receipted = register.receipted()? + 1;
        let chain = register.places()?.get(&receipted).copied();
        let is_there = receipted < hub_place.0 || chain.is_some_and(|chain| (receipted, chain) == hub_place);
        if let Some(chain) = chain.filter(|_| is_there) {
            (place.next_seq, place.chain) = (receipted, chain);
        }
        Ok(Renewing { place, hub_place, last_common: None, next: None })
    }

    /// The hub has moved on in between.
    pub fn moved(&mut self, hub_place: (u64, Chain)) {
        self.hub_place = hub_place;
    }

    /// A conversation that brings what the hub has of this device, and nothing else.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn stage(&self, register: &Register, clock: Clock) -> Result<Staged, SyncError> {
        let (next_seq, chain) = self.hub_place;
        let mut hello = hello(register, clock, next_seq, chain)?;
        hello.bulletin_cursor = i64::MAX.cast_unsigned();
        hello.clock_cursor = Some(i64::MAX.cast_unsigned());
        // These numbers are none that it has heard.
        hello.epoch = None;
        // The others' batches can wait.
        hello.device_cursors.values_mut().for_each(|cursor| *cursor = u64::MAX);
        hello.device_cursors.insert(self.place.device.0, self.place.next_seq);
        let own = register.identity();
        Ok(Staged {
            hello,
            batches: Vec::new(),
            hub: register.enrolment()?.ok_or(SyncError::NotEnrolled)?,
            roots: roots(register)?,
            signer: Signer::new(&own.device_secret),
            peers: vec![self.place.clone()],
            commune_key: own.commune_key.clone(),
            final_chain: chain,
            next_seq,
            places: BTreeMap::from([self.hub_place]),
            n_left_over: 0,
            begun: None,
            sums: None,
            photos: StagedPhotos::default(),
            renew: None,
            clock: Vec::new(),
            is_late: false,
        })
    }

    /// What hears the batches to be compared.
    pub(crate) fn listener(&self, hub_key: [u8; 32], register: &Register) -> Peers {
        let commune_key = register.identity().commune_key.clone();
        Peers::new(vec![self.place.clone()], commune_key, hub_key).late()
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.place.device
    }

    /// Compares what came down with what is here.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn compare(&mut self, register: &Register, pulled: &Pulled) -> Result<(), SyncError> {
        let Pulled::Batch { after, changes } = pulled else { return Ok(()) };
        if self.last_common.is_some() || after.device != self.place.device {
            return Ok(());
        }
        let first = self.place.next_seq;
        let n = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let own = register.own_changes_after(first - 1, n)?;
        let pairs = changes.iter().zip(&own);
        let n_same = pairs.take_while(|(theirs, (own, emptied))| is_same(theirs, own, *emptied)).count();
        if n_same < changes.len() {
            self.last_common = Some(first - 1 + n_same as u64);
        } else {
            self.place = after.clone();
        }
        Ok(())
    }

    /// True when it is known where the histories have parted. Once everything has come, they have parted at
    /// its end.
    pub fn is_known(&mut self) -> bool {
        if self.last_common.is_none() && self.place.next_seq >= self.hub_place.0 {
            self.last_common = Some(self.place.next_seq - 1);
        }
        self.last_common.is_some()
    }

    /// Where comparing goes on.
    pub fn next_seq(&self) -> u64 {
        self.place.next_seq
    }

    /// Forgets what was believed to be the same; false when that was nothing.
    pub fn from_the_start(&mut self) -> bool {
        let had = self.place.next_seq > 1 || self.last_common.is_some();
        (self.place.next_seq, self.place.chain) = (1, START);
        self.last_common = None;
        had
    }

    /// What asks the hub to take in the device to go on as.
    ///
    /// # Errors
    /// When the register cannot be read, or [`SyncError::Protocol`] before it is known where the histories have
    /// parted.
    pub fn request(&mut self, register: &Register) -> Result<RenewReq, SyncError> {
        let next = self.choose(register)?;
        let own = register.identity();
        let (signer, own_signer) = (Signer::new(&next.device_secret), Signer::new(&own.device_secret));
        let card = card(&next, &signer, &register.own_officers()?)?;
        let request = RenewReq::sign(&own_signer, &signer, &renewed_token(&next.device_secret), &card);
        self.next = Some(next);
        Ok(request)
    }

    // With something to bring, the device follows from it; with nothing, it is any.
    fn choose(&self, register: &Register) -> Result<Identity, SyncError> {
        let last_common = self.last_common.ok_or(SyncError::Protocol)?;
        let own = register.identity();
        let identity = |secret: [u8; 32]| Identity {
            device: DeviceId::of_public_key(&Signer::new(&secret).public_key()),
            device_secret: Zeroizing::new(secret),
            commune_key: own.commune_key.clone(),
        };
        if let Some(first) = register.changes_after(last_common, 1)?.first() {
            let next = identity(next_secret(&own.device_secret, last_common, first.hlc.0));
            if !register.knows_device(next.device)? {
                return Ok(next);
            }
        }
        Ok(identity(new_device().0))
    }

    /// Goes on under the new device, once the hub has taken it in. Answers the records that moved there, by
    /// their ids before and since.
    ///
    /// # Errors
    /// When the register cannot be written; it is as before then. [`SyncError::Protocol`] before
    /// [`Renewing::request`].
    pub fn finish(self, register: &mut Register, now_ms: i64) -> Result<Moved, SyncError> {
        self.go_on(register, None, now_ms)
    }

    /// The same before the hub has taken it in: the request goes with the next file, or the next sync.
    ///
    /// # Errors
    /// When the register cannot be read or written; it is as before then.
    pub fn finish_unasked(mut self, register: &mut Register, now_ms: i64) -> Result<Moved, SyncError> {
        let request = self.request(register)?;
        let token = register.enrolment()?.ok_or(SyncError::NotEnrolled)?.token;
        let unasked = Unasked { old: register.identity().device, token, request };
        self.go_on(register, Some(unasked.to_json()), now_ms)
    }

    fn go_on(
        self,
        register: &mut Register,
        unasked: Option<String>,
        now_ms: i64,
    ) -> Result<Moved, SyncError> {
        let (Some(last_common), Some(next)) = (self.last_common, self.next) else {
            return Err(SyncError::Protocol);
        };
        let renewal = Renewal {
            device: next.device,
            token: renewed_token(&next.device_secret),
            device_secret: next.device_secret,
            last_common,
            old: self.place,
            unasked,
        };
        Ok(register.renew(&renewal, now_ms)?)
    }
}

/// Records that got new ids: the old one and the new.
pub type Moved = BTreeMap<RecordId, RecordId>;

// Of what an erasure emptied, here or there before it was sealed, the steps are compared.
fn is_same(theirs: &Change, own: &Change, is_emptied: bool) -> bool {
    if !is_emptied && !says_nothing(theirs) {
        return theirs == own;
    }
    let step =
        |change: &Change| (change.seq, change.hlc, change.author, change.record, change.kind, change.op);
    step(theirs) == step(own)
}

// Whoever makes or edits a record says something of it.
fn says_nothing(change: &Change) -> bool {
    matches!(change.op, Op::Create | Op::Patch) && change.fields.is_empty()
}

impl Carrier {
    /// Asks the hub to take a device in that goes on for the one whose token this is.
    ///
    /// # Errors
    /// As for a sync.
    pub async fn renew(
        &self,
        hub: &EnrolmentRow,
        request: &RenewReq,
        cancel: &Cancel,
    ) -> Result<RenewRes, SyncError> {
        let url = format!("{}/v1/renew", hub.hub_url.trim_end_matches('/'));
        let sending = self.client().post(url).bearer_auth(&hub.token).json(request);
        let conversation = async {
            let sent = sending.timeout(std::time::Duration::from_secs(60)).send().await;
            answered(sent.map_err(SyncError::of_request)?).await
        };
        tokio::select! {
            answer = conversation => answer,
            () = cancel.cancelled() => Err(SyncError::Cancelled),
        }
    }
}

#[cfg(test)]
mod tests {
    use sohoi_domain::{FieldNum, Hlc, KindNum, Value};

    use super::*;

    fn create(hlc: u64, fields: &[(u16, &str)]) -> Change {
        Change {
            seq: 7,
            hlc: Hlc(hlc),
            author: 1,
            record: RecordId { device: DeviceId(1), n: 4 },
            kind: KindNum(17),
            op: Op::Create,
            unit: None,
            fields: fields
                .iter()
                .map(|(num, text)| (FieldNum(*num), Some(Value::Text((*text).into()))))
                .collect(),
            replaces: BTreeMap::new(),
            catalogue: 2,
            reason: None,
        }
    }

    #[test]
    fn what_one_side_emptied_is_the_same_by_its_step() {
        let (whole, emptied) = (create(70, &[(1, "Chi hội A")]), create(70, &[]));
        assert!(is_same(&whole, &whole, false));
        assert!(is_same(&whole, &emptied, true), "it was erased here");
        assert!(is_same(&emptied, &whole, false), "it was erased there, before it was sealed");
        assert!(!is_same(&create(70, &[(1, "Chi hội B")]), &whole, false), "both say something");
        assert!(!is_same(&create(71, &[]), &whole, false), "another step");
    }
}
