use sohoi_domain::receipt::ReceiptNumber;
use sohoi_domain::{DeviceId, UnitKey};
use sohoi_store::{Counts, PhotoCounts, ReceiptRow};

use crate::{App, AppError, small};

/// What is known without a network.
#[derive(Clone, Debug)]
pub struct Status {
    pub unit: UnitKey,
    pub device: DeviceId,
    pub hub_url: Option<String>,
    /// Changes that this PC has made, as it is numbered now.
    pub n_own_changes: u32,
    pub n_unsent: u32,
    pub n_receipted: u32,
    pub photos: PhotoCounts,
    pub n_conflicts: u32,
    /// Newest first, at most 20.
    pub receipts: Vec<Received>,
    pub backup_age_days: Option<u32>,
    /// What the province said that only a newer program understands.
    pub n_for_newer_program: u32,
    /// Version of the catalogue that is worked with.
    pub catalogue: u32,
    /// The province published a newer one, and this program cannot read it.
    pub is_behind_catalogue: bool,
    /// Since when this PC goes by another device than at first.
    pub renewed_at_ms: Option<i64>,
}

/// What the hub has signed for, with the number by which it finds it.
#[derive(Clone, Debug)]
pub struct Received {
    pub number: String,
    pub first_seq: u64,
    pub count: u32,
    /// The hub's own time.
    pub at_ms: i64,
}

impl Received {
    fn of((number, row): (ReceiptNumber, ReceiptRow)) -> Received {
        Received { number: number.to_string(), first_seq: row.first_seq, count: row.count, at_ms: row.at_ms }
    }
}

impl App {
    /// Records and changes of the whole register.
    ///
    /// # Errors
    /// What the register says.
    pub fn counts(&self) -> Result<Counts, AppError> {
        self.with_register(|register| Ok(register.counts()?))
    }

    pub fn status(&self) -> Result<Status, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            Ok(Status {
                unit: register.unit().clone(),
                device: register.identity().device,
                hub_url: register.enrolment()?.map(|hub| hub.hub_url),
                n_own_changes: small(register.next_seq() - 1),
                n_unsent: small(register.unsent()?),
                n_receipted: small(register.received_of_this_pc()?),
                photos: register.photo_counts()?,
                n_conflicts: small(register.conflict_count()?),
                receipts: register.numbered_receipts(20)?.into_iter().map(Received::of).collect(),
                backup_age_days: register.backup_age_days(now_ms)?,
                n_for_newer_program: register.n_bulletins_for_later()?,
                catalogue: register.catalogue().version,
                is_behind_catalogue: register.is_behind_catalogue(),
                renewed_at_ms: register.renewed_at_ms()?,
            })
        })
    }
}
