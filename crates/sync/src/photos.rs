//! Photos of one conversation: asked about by name, then sent one after the other as the hub wants them.

use std::collections::VecDeque;

use sohoi_domain::photo::PhotoId;
use sohoi_protocol::message::{Blob, Kept, Photos, Pull};
use sohoi_protocol::{Frame, limits, photo};
use sohoi_store::{Operation, Register};

use crate::error::SyncError;

/// Content that is read for one conversation; what is left goes with the next.
pub const ROOM: u64 = 2 << 20;

/// What there is to say about photos.
#[derive(Clone, Debug, Default)]
pub struct StagedPhotos {
    /// Here, and the hub has not signed for them.
    pub offered: Vec<PhotoId>,
    /// Named by records and not here.
    pub wanted: Vec<PhotoId>,
    /// Of the first that are offered.
    pub contents: Vec<Blob>,
    /// Nobody answers while the request runs.
    pub is_unheard: bool,
}

impl StagedPhotos {
    /// Reads contents up to `room` bytes, and one at least when there is any room.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn of(register: &Register, mut room: u64) -> Result<StagedPhotos, SyncError> {
        let offered = register.photos_to_offer(limits::PHOTOS)?;
        let mut contents = Vec::new();
        for (id, n_bytes) in &offered {
            if room == 0 || *n_bytes > room && !contents.is_empty() {
                break;
            }
            room = room.saturating_sub(*n_bytes);
            let content = register.photo(*id)?.and_then(|row| row.content);
            contents.extend(content.map(|content| Blob { hash: id.0, content }));
        }
        let offered = offered.into_iter().map(|(id, _)| id).collect();
        Ok(StagedPhotos {
            offered,
            wanted: register.photos_lacking(limits::PHOTOS)?,
            contents,
            is_unheard: false,
        })
    }

    /// One photo without a question, for a line that answers nothing while a request runs.
    #[must_use]
    pub fn one(mut self) -> StagedPhotos {
        self.contents.truncate(1);
        StagedPhotos { contents: self.contents, is_unheard: true, ..StagedPhotos::default() }
    }

    fn asks(&self) -> bool {
        !self.offered.is_empty() || !self.wanted.is_empty()
    }
}

/// A photo that came down, of which the content has the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledPhoto {
    pub id: PhotoId,
    pub content: Vec<u8>,
    pub hub_epoch: u64,
}

/// The device's side of it.
pub(crate) struct Talk {
    question: Option<Photos>,
    waiting: VecDeque<Blob>,
    is_unheard: bool,
    is_unanswered: bool,
    pub was_answered: bool,
}

impl Talk {
    pub fn new(staged: StagedPhotos) -> Talk {
        let asks = staged.asks();
        Talk {
            waiting: staged.contents.into(),
            question: asks.then_some(Photos { offered: staged.offered, wanted: staged.wanted }),
            is_unheard: staged.is_unheard,
            is_unanswered: false,
            was_answered: false,
        }
    }

    /// What is to be said next; nothing while the hub has not answered what was said.
    pub fn next(&mut self) -> Option<Frame> {
        if self.is_unanswered {
            return None;
        }
        let question = self.question.take().map(Frame::Photos);
        let frame = question.or_else(|| self.waiting.pop_front().map(Frame::Blob));
        self.is_unanswered = frame.is_some() && !self.is_unheard;
        frame
    }

    /// Everything, for whom nobody answers meanwhile.
    pub fn all(&mut self) -> Vec<Frame> {
        let question = self.question.take().map(Frame::Photos);
        question.into_iter().chain(self.waiting.drain(..).map(Frame::Blob)).collect()
    }

    pub fn answer(&mut self, kept: &Kept) {
        // The first answer is to the question, and says which of them the hub would take.
        if self.is_unanswered && !self.was_answered {
            self.waiting.retain(|blob| kept.lacking.contains(&PhotoId(blob.hash)));
        }
        self.is_unanswered = false;
        self.was_answered = true;
    }

    pub fn is_over(&self) -> bool {
        !self.is_unanswered && self.question.is_none() && self.waiting.is_empty()
    }

    pub fn n_bytes(&self) -> u64 {
        self.waiting.iter().map(|blob| blob.content.len() as u64).sum()
    }
}

/// A photo that came down.
///
/// # Errors
/// [`SyncError::BadPull`] when the hub did not sign it or it is too long.
pub(crate) fn pulled(pull: Pull, hub_key: &[u8; 32], hub_epoch: u64) -> Result<PulledPhoto, SyncError> {
    if !pull.is_signed_by(hub_key) {
        return Err(SyncError::BadPull("signature"));
    }
    if pull.content.len() > limits::PHOTO_BYTES {
        return Err(SyncError::BadPull("photo"));
    }
    Ok(PulledPhoto { id: photo::id(&pull.content), content: pull.content, hub_epoch })
}

/// Marks photos as received; the engine has checked the hub's signature.
///
/// # Errors
/// When the register cannot be written; the hub says the same next time.
pub fn keep_photos(register: &mut Register, kept: &Kept, now_ms: i64) -> Result<(), SyncError> {
    // What the hub had in an epoch before, it may have lost.
    let is_past = register.enrolment()?.is_some_and(|hub| kept.epoch < hub.hub_epoch);
    if !kept.kept.is_empty() && !is_past {
        register
            .transact(Operation::PhotoNote, now_ms, |writer| writer.keep_photos(&kept.kept, kept.epoch))?;
    }
    Ok(())
}

/// Keeps in which epoch the hub is. What it signed for before it was restored from a backup counts as unsent again;
/// answers how many.
///
/// # Errors
/// When the register cannot be written.
pub fn follow_epoch(register: &mut Register, hub_epoch: u64, now_ms: i64) -> Result<usize, SyncError> {
    // An answer on a stick can be older than what a line has brought since.
    let known = register.enrolment()?.map_or(hub_epoch, |hub| hub.hub_epoch);
    if hub_epoch < known || hub_epoch == known && !register.has_photos_of_other_epochs(hub_epoch)? {
        return Ok(0);
    }
    let again =
        register.transact(Operation::PhotoNote, now_ms, |writer| writer.follow_hub_epoch(hub_epoch))?;
    Ok(again.output)
}
