use sohoi_domain::figure::Figure;
use sohoi_domain::{Period, PeriodKind, UnitKey};
use sohoi_store::LostSaves;

use crate::figure::FigureReq;
use crate::{App, AppError, small};

/// What is recorded, due and unsent today.
#[derive(Clone, Debug)]
pub struct Home {
    pub unit: UnitKey,
    pub officer: String,
    pub month: Period,
    pub year: Period,
    /// Kind id and records dated in the month.
    pub recorded: Vec<(String, u32)>,
    /// All of them together.
    pub n_records: u32,
    /// Figures of the year that have a target.
    pub figures: Vec<Figure>,
    pub n_unsent: u32,
    pub n_conflicts: u32,
    pub last_receipt_at_ms: Option<i64>,
    pub backup_age_days: Option<u32>,
    /// What a bad disk did to the last saves, until somebody has seen it.
    pub lost_saves: Option<LostSaves>,
}

impl App {
    pub fn home(&self) -> Result<Home, AppError> {
        let calendar_id = self.settings().calendar;
        let calendar = self.calendar(&calendar_id)?;
        let today = self.today();
        let row = |kind| calendar.containing(kind, today).cloned().ok_or(AppError::UnknownPeriod);
        let (month, year) = (row(PeriodKind::Month)?, row(PeriodKind::Year)?);
        let req = FigureReq {
            calendar: calendar_id.clone(),
            period: year.label.clone(),
            as_now: true,
            indicators: Vec::new(),
            place: None,
        };
        let mut figures = self.figures(&req)?.figures;
        figures.retain(|figure| figure.target.is_some());
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let recorded: Vec<(String, u32)> = register
                .kind_counts(month.first, month.last)?
                .into_iter()
                .map(|(kind, n)| (kind, small(n)))
                .collect();
            Ok(Home {
                unit: register.unit().clone(),
                officer: register.officer(register.author())?.unwrap_or_default(),
                month,
                year,
                n_records: recorded.iter().map(|(_, n)| n).sum(),
                recorded,
                figures,
                n_unsent: small(register.unsent()?),
                n_conflicts: small(register.conflict_count()?),
                last_receipt_at_ms: register.last_receipt()?.map(|receipt| receipt.at_ms),
                backup_age_days: register.backup_age_days(now_ms)?,
                lost_saves: register.lost_saves(),
            })
        })
    }

    /// She knows of the saves that were lost.
    pub fn lost_saves_seen(&self) -> Result<(), AppError> {
        self.with_register(|register| Ok(register.forget_lost_saves()?))
    }
}
