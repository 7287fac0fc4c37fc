use sohoi_domain::submission::{Frozen, NOTE_BYTES, SUBMISSION, Submission};
use sohoi_domain::text;
use sohoi_store::Operation;

use super::{Known, PeriodState, State, figures_of};
use crate::{App, AppError};

impl App {
    /// Freezes a period's figures and signs them; they go to the province with the next sync.
    ///
    /// Submitting again makes an amendment. When nothing changed since, and the province did not return it, the
    /// submission that there is stands, and nothing is written: a press whose answer was lost is pressed again.
    ///
    /// # Errors
    /// `period.unknown`, `period.not_begun`, `period.note_too_long`.
    pub fn period_submit(&self, calendar: &str, label: &str, note: &str) -> Result<PeriodState, AppError> {
        self.must_be_real()?;
        let row = self.period(calendar, label)?;
        // Ending early is the officer's affair; of days that have not come there is nothing to sign.
        if row.first > self.today() {
            return Err(AppError::PeriodNotBegun { first: row.first });
        }
        let note = words(note)?;
        // Read before the figures: what a sync brings in between is then listed as changed since, and never unsaid.
        let seen = self.with_register(|register| Ok(register.heads()?))?;
        let found = self.figures(&figures_of(calendar, label))?;
        let figures: Vec<Frozen> = found.figures.iter().map(Frozen::from).collect();
        let calendar = self.calendar(calendar)?;
        let (today, now_ms) = (self.today(), self.now_ms());
        self.with_register(|register| {
            let known = Known::of(register)?;
            let mut amendments = self.amendments();
            let of = (&*calendar.id, &row);
            let before = known.state(register, &mut amendments, of, today)?;
            let newest = known.newest(of);
            let is_same = newest.is_some_and(|newest| {
                let says_nothing_new = note.is_empty() || note == newest.submission.note;
                newest.submission.figures == figures && before.n_changed == 0 && says_nothing_new
            });
            if is_same && before.state != State::Returned {
                return Ok(before);
            }
            let submission = Submission {
                calendar: calendar.id.clone(),
                label: label.to_string(),
                first: row.first,
                last: row.last,
                unit: register.unit().clone(),
                catalogue: register.catalogue().version,
                number: before.number + 1,
                figures,
                at_ms: now_ms,
                officer: register.author(),
                note,
                seen: seen.clone(),
            };
            let fields = submission.to_fields();
            register
                .transact(Operation::PeriodSubmit, now_ms, |writer| writer.create_own(SUBMISSION, fields))?;
            Known::of(register)?.state(register, &mut amendments, of, today)
        })
    }
}

pub(crate) fn words(typed: &str) -> Result<String, AppError> {
    let text = text::nfc(typed.trim()).replace("\r\n", "\n");
    if text.len() > NOTE_BYTES {
        return Err(AppError::NoteTooLong { max: NOTE_BYTES });
    }
    if text::is_clean(&text, true) { Ok(text) } else { Err(AppError::BadRequest("note")) }
}
