//! The device's side of a sync as a pure state machine: frames in, frames out, no connection.

use std::collections::BTreeMap;

use sohoi_protocol::batch::Chain;
use sohoi_protocol::message::{Done, End, Hello, Receipt, Welcome};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, SyncProtocol};
use sohoi_store::BatchRow;

use crate::error::SyncError;
use crate::stage::Staged;

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub hub_now_ms: i64,
    pub n_batches: u32,
    pub n_changes: u64,
    /// Changes by kind, as the hub counts them of this device.
    pub hub_counts: BTreeMap<u16, u64>,
}

/// Speaks for the register. Every receipt is verified before it is handed on.
pub struct Engine {
    hello: Hello,
    batches: Vec<BatchRow>,
    hub_key: [u8; 32],
    signer: Signer,
    final_chain: Chain,
    next_seq: u64,
    /// First change that no receipt of this conversation covers.
    confirmed_to: u64,
    confirmed: Vec<Receipt>,
    n_batches: u32,
    n_changes: u64,
    outcome: Option<Outcome>,
}

impl Engine {
    pub fn new(staged: Staged) -> Engine {
        Engine {
            confirmed_to: staged.hello.next_seq,
            hello: staged.hello,
            batches: staged.batches,
            hub_key: staged.hub.hub_key,
            signer: staged.signer,
            final_chain: staged.final_chain,
            next_seq: staged.next_seq,
            confirmed: Vec::new(),
            n_batches: 0,
            n_changes: 0,
            outcome: None,
        }
    }

    /// Receipts that came since the last call, each verified.
    pub fn take_confirmed(&mut self) -> Vec<Receipt> {
        std::mem::take(&mut self.confirmed)
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    pub fn n_changes_total(&self) -> u64 {
        self.next_seq - self.hello.next_seq
    }

    pub fn n_changes_confirmed(&self) -> u64 {
        self.n_changes
    }

    fn welcome(&self, welcome: &Welcome) -> Result<(), SyncError> {
        // The hub has less than it once signed for: it was restored from a backup, and gets it again.
        if welcome.next_seq < self.hello.next_seq {
            return Err(SyncError::NeedOlder { next_seq: welcome.next_seq });
        }
        Ok(())
    }

    fn ack(&mut self, receipt: Receipt) -> Result<(), SyncError> {
        let Some(batch) = self.batches.iter().find(|b| b.first_seq == receipt.first_seq) else {
            return Err(SyncError::BadReceipt);
        };
        let is_for_it = receipt.count == batch.count
            && receipt.chain == batch.chain
            && receipt.device == self.hello.device
            && receipt.first_seq == self.confirmed_to;
        if !is_for_it || !receipt.is_signed_by(&self.hub_key) {
            return Err(SyncError::BadReceipt);
        }
        self.confirmed_to = receipt.first_seq + u64::from(receipt.count);
        self.n_batches += 1;
        self.n_changes += u64::from(receipt.count);
        self.confirmed.push(receipt);
        Ok(())
    }

    fn done(&mut self, done: Done) -> Result<(), SyncError> {
        if self.confirmed_to != self.next_seq
            || done.next_seq != self.next_seq
            || done.chain != self.final_chain
        {
            return Err(SyncError::CountsDiffer);
        }
        self.outcome = Some(Outcome {
            hub_now_ms: done.now_ms,
            n_batches: self.n_batches,
            n_changes: self.n_changes,
            hub_counts: done.n_changes,
        });
        Ok(())
    }
}

impl SyncProtocol for Engine {
    type Error = SyncError;

    /// HELLO, every batch and END at once: one round trip when all goes well. A hub that is further on gives
    /// the old receipts again, one that is behind says so in its welcome.
    fn open(&mut self) -> Result<Vec<Frame>, SyncError> {
        let batches = self.batches.iter().map(|batch| Frame::Batch(batch.bytes.clone()));
        let end = Frame::End(End::sign(self.next_seq, self.final_chain, &self.signer));
        Ok(std::iter::once(Frame::Hello(self.hello.clone())).chain(batches).chain([end]).collect())
    }

    fn on_frame(&mut self, frame: Frame) -> Result<Vec<Frame>, SyncError> {
        match frame {
            Frame::Welcome(welcome) => self.welcome(&welcome)?,
            Frame::Ack(receipt) => self.ack(receipt)?,
            // Bulletins and other devices' batches are for a program that knows them.
            Frame::Pull(_) => {}
            Frame::Done(done) => self.done(done)?,
            Frame::Refused(refusal) => {
                return Err(SyncError::Refused { code: refusal.code, reason: refusal.reason });
            }
            Frame::Hello(_) | Frame::Batch(_) | Frame::Blob(_) | Frame::End(_) => {
                return Err(SyncError::Protocol);
            }
        }
        Ok(Vec::new())
    }

    fn is_done(&self) -> bool {
        self.outcome.is_some()
    }
}
