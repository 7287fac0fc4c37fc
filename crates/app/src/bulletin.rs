//! What the province said, for the officer to read.

use sohoi_domain::RecordId;
use sohoi_domain::catalogue::Part;
use sohoi_domain::submission::{ANSWER, Answer};
use sohoi_store::{Operation, Register};
use sohoi_sync::bulletin::{Body, Bulletin, PeriodRef, Verdict};

use crate::period::words;
use crate::{App, AppError};

/// One thing that the province said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub number: u64,
    pub at_ms: i64,
    pub what: What,
    /// Who of the province; empty when no person said it.
    pub author: String,
    /// Empty when there are no words.
    pub text: String,
    pub period: Option<PeriodRef>,
    pub indicator: Option<String>,
    pub record: Option<RecordId>,
    /// Number of the comment that this one answers.
    pub reply_to: Option<u64>,
    /// Kept, and for a newer program to understand.
    pub for_newer_program: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Targets,
    Catalogue,
    Units,
    Calendars,
    Comment,
    Accepted,
    Returned,
    Unknown,
}

/// Which of it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Comments and decisions.
    Words,
    All,
}

impl App {
    /// Newest first.
    ///
    /// # Errors
    /// What the register says.
    pub fn bulletins(&self, listed: Listed, limit: u32) -> Result<Vec<Said>, AppError> {
        let kinds: &[u16] = match listed {
            Listed::Words => &[Body::COMMENT, Body::DECISION],
            Listed::All => &[],
        };
        let rows = self.with_register(|register| Ok(register.bulletins(kinds, limit)?))?;
        let said = rows.into_iter().filter_map(|row| {
            let bulletin = Bulletin::decode(&row.content).ok()?;
            Some(Said { for_newer_program: !row.applied, ..said(bulletin) })
        });
        Ok(said.collect())
    }

    /// What the province said of a record or of those that gave way to it, the newest first, and what the commune
    /// answered, the oldest first.
    ///
    /// # Errors
    /// What the register says.
    pub fn record_said(&self, id: RecordId) -> Result<(Vec<Said>, Vec<Answer>), AppError> {
        let mut said = self.bulletins(Listed::Words, u32::MAX)?;
        self.with_register(|register| {
            let mut of = register.given_way(id)?;
            of.push(id);
            said.retain(|one| one.record.is_some_and(|about| of.contains(&about)));
            let mut answers = answers(register)?;
            answers.retain(|answer| said.iter().any(|one| one.number == answer.reply_to));
            Ok((said, answers))
        })
    }

    /// Answers a word of the province; the answer goes with the next sync. Saying the same again is once.
    ///
    /// # Errors
    /// `period.unknown`, `period.note_too_long`, `usage.bad_request` for an empty text, or for a calendar without a
    /// period.
    pub fn word_answer(&self, answer: Answer) -> Result<(), AppError> {
        self.must_be_real()?;
        match (answer.calendar.is_empty(), answer.label.is_empty()) {
            (true, true) => {}
            (false, false) => drop(self.period(&answer.calendar, &answer.label)?),
            _ => return Err(AppError::BadRequest("period")),
        }
        let now_ms = self.now_ms();
        let answer = Answer { text: words(&answer.text)?, at_ms: now_ms, ..answer };
        if answer.text.is_empty() {
            return Err(AppError::BadRequest("text"));
        }
        self.with_register(|register| {
            let is_again = |one: &Answer| (one.reply_to, &one.text) == (answer.reply_to, &answer.text);
            if answers(register)?.iter().any(is_again) {
                return Ok(());
            }
            let fields = answer.to_fields();
            register.transact(Operation::WordAnswer, now_ms, |writer| writer.create_own(ANSWER, fields))?;
            Ok(())
        })
    }
}

/// What the commune answered, the oldest first.
pub(crate) fn answers(register: &Register) -> Result<Vec<Answer>, AppError> {
    let records = register.own_records(ANSWER)?;
    Ok(records.iter().filter_map(|record| Answer::of(&record.state)).collect())
}

fn said(bulletin: Bulletin) -> Said {
    let plain = |what| Said {
        number: bulletin.number,
        at_ms: bulletin.made_at_ms,
        what,
        author: String::new(),
        text: String::new(),
        period: None,
        indicator: None,
        record: None,
        reply_to: None,
        for_newer_program: false,
    };
    match bulletin.body {
        Body::Targets(_) => plain(What::Targets),
        Body::Release(release) => plain(match release.part {
            Part::Whole => What::Catalogue,
            Part::Units => What::Units,
            Part::Calendars => What::Calendars,
        }),
        Body::Newer { .. } => plain(What::Unknown),
        Body::Comment(comment) => Said {
            author: comment.author,
            text: comment.text,
            period: comment.about,
            indicator: comment.indicator,
            record: comment.record,
            reply_to: comment.reply_to,
            ..plain(What::Comment)
        },
        Body::Decision(decision) => {
            let what = match decision.verdict {
                Verdict::Accepted => What::Accepted,
                Verdict::Returned => What::Returned,
            };
            let period = Some(decision.period);
            Said { author: decision.author, text: decision.note, period, ..plain(what) }
        }
    }
}
