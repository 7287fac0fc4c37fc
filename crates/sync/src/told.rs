//! What the province says: believed when its hub signed it, kept and done in the order of its numbers.

use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::message::Pull;
use sohoi_store::{BulletinEffect, BulletinRow, Operation, Register};

use crate::error::SyncError;

/// A bulletin that bears the hub's signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub bulletin: Bulletin,
    content: Vec<u8>,
    signature: [u8; 64],
}

/// Hears the bulletins of one conversation.
pub struct Bulletins {
    hub_key: [u8; 32],
    /// Last one heard.
    cursor: u64,
}

impl Bulletins {
    pub fn new(hub_key: [u8; 32], cursor: u64) -> Bulletins {
        Bulletins { hub_key, cursor }
    }

    /// None for one that was here already.
    ///
    /// # Errors
    /// [`SyncError::BadPull`] when the hub did not sign it or it is no bulletin.
    pub fn take(&mut self, pull: Pull) -> Result<Option<Told>, SyncError> {
        if !pull.is_signed_by(&self.hub_key) {
            return Err(SyncError::BadBulletin("signature"));
        }
        let bulletin = Bulletin::of_pull(&pull).map_err(|error| SyncError::BadBulletin(error.reason()))?;
        if bulletin.number <= self.cursor {
            return Ok(None);
        }
        self.cursor = bulletin.number;
        Ok(Some(Told { bulletin, content: pull.content, signature: pull.signature }))
    }
}

/// Keeps a bulletin and does what it says, in one transaction; false for one that was kept before.
///
/// # Errors
/// When the register cannot be written; it comes again next time.
pub fn keep_bulletin(register: &mut Register, told: &Told, now_ms: i64) -> Result<bool, SyncError> {
    let effect = effect(&told.bulletin);
    let row = BulletinRow {
        number: told.bulletin.number,
        kind: told.bulletin.body.kind(),
        made_at_ms: told.bulletin.made_at_ms,
        received_at_ms: now_ms,
        applied: effect != BulletinEffect::Later,
        content: told.content.clone(),
        signature: told.signature,
    };
    let take =
        register.transact(Operation::BulletinTake, now_ms, |writer| writer.take_bulletin(&row, &effect));
    Ok(take?.output)
}

/// Does what waited for this program, when an older one kept it.
///
/// # Errors
/// When the register cannot be read or written.
pub fn follow_kept(register: &mut Register, now_ms: i64) -> Result<(), SyncError> {
    // Only those are looked at: reading all that was ever said takes its time, and nearly always for nothing.
    let is_for_now = |row: &BulletinRow| effect_of(row) != BulletinEffect::Later;
    if register.bulletins_for_later()?.iter().any(is_for_now) { follow_hub(register, now_ms) } else { Ok(()) }
}

/// Does what the register's hub has said so far: after an enrolment, which may be a return.
///
/// # Errors
/// When the register cannot be read or written.
pub fn follow_hub(register: &mut Register, now_ms: i64) -> Result<(), SyncError> {
    let mut rows = register.bulletins(&[], u32::MAX)?;
    rows.reverse();
    let effects: Vec<(u64, BulletinEffect)> = rows.iter().map(|row| (row.number, effect_of(row))).collect();
    register.transact(Operation::BulletinTake, now_ms, |writer| writer.follow_bulletins_anew(&effects))?;
    Ok(())
}

// What a bulletin that was kept says to this program.
fn effect_of(row: &BulletinRow) -> BulletinEffect {
    Bulletin::decode(&row.content).map_or(BulletinEffect::Later, |bulletin| effect(&bulletin))
}

fn effect(bulletin: &Bulletin) -> BulletinEffect {
    match &bulletin.body {
        Body::Targets(targets) => BulletinEffect::Targets {
            unit: bulletin.scope.as_ref().map(|scope| scope.code.clone()),
            targets: targets.clone(),
        },
        Body::Comment(_) | Body::Decision(_) => BulletinEffect::None,
        // Also one that cannot be read as a catalogue: an updated program may.
        Body::Release(release) => BulletinEffect::Release(release.clone()),
        Body::Newer { .. } => BulletinEffect::Later,
    }
}
