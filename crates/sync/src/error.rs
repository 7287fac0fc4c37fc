use std::collections::BTreeSet;
use std::error::Error;

use sohoi_protocol::batch::Chain;
use sohoi_protocol::bundle::BundleError;
use sohoi_store::StoreError;

/// Why a sync, or an enrolment, did not go through. What was confirmed before stays confirmed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("the register is not tied to a hub yet")]
    NotEnrolled,
    #[error("the hub was not reached")]
    Offline(#[source] reqwest::Error),
    /// Its certificate is not one that this PC trusts, or not on the day that this PC's clock shows.
    #[error("the hub's certificate is not trusted")]
    Untrusted(#[source] reqwest::Error),
    /// The answer ended in its middle.
    #[error("the connection was cut")]
    Cut,
    /// Something on the way holds the request back until it has ended.
    #[error("the line does not answer while a request runs")]
    Buffered,
    #[error("nothing moved for {seconds} seconds")]
    Stalled { seconds: u64 },
    #[error("the sync was cancelled")]
    Cancelled,
    #[error("the hub refused: {reason}")]
    Refused { code: String, reason: String },
    #[error("the answer does not bear the signature of this register's hub")]
    BadReceipt,
    /// It is for changes that another copy of this register made under the same numbers.
    #[error("the answer is for another copy of this register")]
    OtherCopy,
    /// What came down of another PC is not what that PC sent.
    #[error("another PC's changes cannot be taken: {0}")]
    BadPull(&'static str),
    /// What came down as the province's word is not.
    #[error("a bulletin cannot be taken: {0}")]
    BadBulletin(&'static str),
    /// A page of some network that wants somebody to sign in, or of a server that is none of ours.
    #[error("it was not the hub that answered (HTTP {status})")]
    NotHub { status: u16 },
    /// Whoever stands before the hub says that it is not there.
    #[error("the hub's gateway does not reach it (HTTP {status})")]
    Away { status: u16 },
    #[error("the hub spoke in a way that this program does not understand")]
    Protocol,
    /// The hub has less than it once acknowledged, so older batches must be offered again.
    #[error("the hub wants changes from number {next_seq} on")]
    NeedOlder { next_seq: u64 },
    /// The hub has another history of this device: the register was cloned, or restored from a backup.
    #[error("the hub has another history of this device, up to number {next_seq}")]
    Forked { next_seq: u64, chain: Chain },
    /// It ended at another place than this device.
    #[error("the hub counts other changes than this register")]
    CountsDiffer,
    /// Of these kinds, by their numbers.
    #[error("the hub has other changes of the kinds {kinds:?} than this register")]
    SumsDiffer { kinds: BTreeSet<u16> },
    #[error("the enrolment file cannot be read")]
    BadFile,
    #[error("the enrolment is for another unit")]
    OtherUnit,
    #[error("the hub shows another key than the enrolment file")]
    OtherHub,
    /// Found by a file: what the hub lost counts as unsent again, and waits for the next sync.
    #[error("the hub lacks older changes; they are to be sent once more")]
    SendAgain,
    /// The register goes on as another device, and the hub is to hear of it by the next file.
    #[error("this register goes on as another device, which the hub does not know yet")]
    RenewedByFile,
    /// A file holds so much and no more.
    #[error("more is waiting at the hub than one file brings")]
    MoreByFile,
    #[error("a file was not written or not taken")]
    Bundle(#[source] BundleError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a secure connection could not be set up")]
    Tls(#[source] reqwest::Error),
}

impl SyncError {
    /// The code that the UI has words for.
    pub fn code(&self) -> &str {
        match self {
            SyncError::NotEnrolled => "sync.not_enrolled",
            SyncError::Offline(_) => "sync.offline",
            SyncError::Cut | SyncError::Away { .. } => "sync.offline",
            SyncError::NotHub { .. } => "sync.not_hub",
            SyncError::Buffered => "sync.stalled",
            SyncError::Untrusted(_) => "sync.untrusted",
            SyncError::Stalled { .. } => "sync.stalled",
            SyncError::Cancelled => "sync.cancelled",
            SyncError::Refused { code, .. } if code.starts_with("sync.") || code.starts_with("enrol.") => {
                code
            }
            SyncError::Refused { code, .. } if code == "storage.full" => "sync.hub_full",
            // What a hub says of a request that was spoilt on its way is no mistake of the officer.
            SyncError::Refused { .. } => "sync.refused",
            SyncError::BadReceipt => "sync.bad_receipt",
            SyncError::OtherCopy => "sync.other_copy",
            SyncError::BadPull(_) => "sync.bad_pull",
            SyncError::BadBulletin(_) => "sync.bad_bulletin",
            SyncError::Protocol => "sync.too_old",
            SyncError::NeedOlder { .. } => "sync.refused",
            SyncError::Forked { .. } => "sync.forked",
            SyncError::CountsDiffer | SyncError::SumsDiffer { .. } => "sync.counts_differ",
            SyncError::BadFile => "enrol.bad_file",
            SyncError::OtherUnit => "enrol.other_unit",
            SyncError::OtherHub => "sync.other_hub",
            SyncError::SendAgain => "sync.send_again",
            SyncError::RenewedByFile => "sync.renewed_by_file",
            SyncError::MoreByFile => "sync.more_by_file",
            SyncError::Bundle(error) => error.code(),
            SyncError::Store(error) => error.code(),
            SyncError::Tls(_) => "sync.refused",
        }
    }

    /// What a request that failed means: a line that is down, or a hub that is not the province's.
    pub(crate) fn of_request(error: reqwest::Error) -> SyncError {
        if speaks_of_certificates(&error) { SyncError::Untrusted(error) } else { SyncError::Offline(error) }
    }

    /// True when a line that was there broke off, and not when there was none.
    pub fn is_cut(&self) -> bool {
        match self {
            SyncError::Offline(error) => !error.is_connect(),
            SyncError::Cut | SyncError::Stalled { .. } => true,
            _ => false,
        }
    }

    /// True when the hub was simply not there, as on most days.
    pub fn is_offline(&self) -> bool {
        matches!(
            self,
            SyncError::Offline(_)
                | SyncError::Cut
                | SyncError::Away { .. }
                | SyncError::Stalled { .. }
                | SyncError::Buffered
        )
    }
}

// Also a disk that fails: it need not be the register's.
impl From<BundleError> for SyncError {
    fn from(error: BundleError) -> SyncError {
        SyncError::Bundle(error)
    }
}

fn speaks_of_certificates(error: &(dyn Error + 'static)) -> bool {
    if let Some(io) = error.downcast_ref::<std::io::Error>() {
        // An I/O error gives the source of what it wraps as its own, and so hides the thing itself.
        return io.get_ref().is_some_and(|inner| speaks_of_certificates(inner));
    }
    let is_it = matches!(
        error.downcast_ref::<rustls::Error>(),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    );
    is_it || error.source().is_some_and(speaks_of_certificates)
}
