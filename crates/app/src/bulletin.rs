//! What the province said, for the officer to read.

use sohoi_domain::RecordId;
use sohoi_domain::catalogue::Part;
use sohoi_sync::bulletin::{Body, Bulletin, PeriodRef, Verdict};

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
