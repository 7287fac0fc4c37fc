use sohoi_app::period::{ChangedRecord, Checklist, Line, Named, PeriodState, State, Submitted};
use sohoi_domain::submission::{Amended, hex};

use super::Answer;
use super::bulletin::{answer, bulletin};
use crate::dto::Nothing;
use crate::dto::period::*;
use crate::{Api, convert};

pub fn period_states(api: &Api, req: PeriodStatesReq) -> Answer<PeriodStatesRes> {
    let periods = api.app().period_states(&req.calendar, req.year)?;
    Ok(PeriodStatesRes { periods: periods.iter().map(state).collect() })
}

pub fn periods_listed(api: &Api, req: PeriodsListedReq) -> Answer<PeriodStatesRes> {
    let periods = api.app().periods_listed(&req.calendar)?;
    Ok(PeriodStatesRes { periods: periods.iter().map(state).collect() })
}

pub fn periods_due(api: &Api, _: Nothing) -> Answer<PeriodStatesRes> {
    let periods = api.app().periods_due()?;
    Ok(PeriodStatesRes { periods: periods.iter().map(state).collect() })
}

pub fn periods_closed(api: &Api, _: Nothing) -> Answer<PeriodClosedRes> {
    let closed = api.app().periods_closed()?;
    let periods = closed.into_iter().map(|one| PeriodClosedDto {
        calendar: one.calendar,
        period: one.label,
        first: one.first.to_string(),
        last: one.last.to_string(),
    });
    Ok(PeriodClosedRes { periods: periods.collect() })
}

pub fn period_submit(api: &Api, req: PeriodSubmitReq) -> Answer<PeriodStateDto> {
    Ok(state(&api.app().period_submit(&req.calendar, &req.period, &req.note)?))
}

pub fn period_closing(api: &Api, req: PeriodReq) -> Answer<PeriodClosingRes> {
    let found = api.app().period_closing(&req.calendar, &req.period)?;
    let catalogue = api.app().catalogue();
    let figures = |list: &[sohoi_domain::figure::Figure]| {
        list.iter().map(|figure| convert::figure(&catalogue, figure)).collect()
    };
    let amended = found.amended.into_iter();
    Ok(PeriodClosingRes {
        state: state(&found.state),
        figures: figures(&found.figures),
        before: figures(&found.before),
        checklist: checklist(found.checklist),
        submissions: found.submissions.iter().map(submission).collect(),
        amended: amended
            .map(|one| AmendmentDto { indicator: one.indicator, old: one.old, new: one.new })
            .collect(),
        changed: found.changed.into_iter().map(changed).collect(),
        said: found.said.into_iter().map(bulletin).collect(),
        answers: found.answers.into_iter().map(answer).collect(),
    })
}

fn state(state: &PeriodState) -> PeriodStateDto {
    PeriodStateDto {
        period: state.period.label.clone(),
        calendar: state.calendar.clone(),
        state: name(state.state),
        digest: state.digest.map(|digest| hex(&digest)),
        number: state.number,
        submitted_at_ms: state.submitted_at_ms.map(convert::ms),
        days: convert::period(&state.period),
        days_left: state.days_left,
        n_changed: state.n_changed,
    }
}

fn name(state: State) -> PeriodStateName {
    match state {
        State::Draft => PeriodStateName::Draft,
        State::Submitted => PeriodStateName::Submitted,
        State::Received => PeriodStateName::Received,
        State::Accepted => PeriodStateName::Accepted,
        State::Returned => PeriodStateName::Returned,
    }
}

fn submission(of: &Submitted) -> SubmissionDto {
    SubmissionDto {
        number: of.submission.number,
        state: name(of.state),
        digest: hex(&of.digest),
        at_ms: convert::ms(of.submission.at_ms),
        officer: of.officer.clone(),
        note: of.submission.note.clone(),
    }
}

fn changed(record: ChangedRecord) -> ChangedRecordDto {
    let how = match record.what {
        Amended::Added => AmendedHow::Added,
        Amended::Edited => AmendedHow::Edited,
        Amended::Erased => AmendedHow::Erased,
    };
    ChangedRecordDto { id: record.id.to_string(), title: record.title, how }
}

fn checklist(list: Checklist) -> ChecklistDto {
    ChecklistDto {
        drafts: line(list.drafts),
        warnings: line(list.warnings),
        silent_branches: line(list.silent_branches),
        n_branches: list.n_branches,
        uncounted: line(list.uncounted),
        conflicts: line(list.conflicts),
        alike: line(list.alike),
        odd: list.odd,
        n_records: list.n_records,
        n_unsent: list.n_unsent,
    }
}

fn line(line: Line) -> CheckLineDto {
    let name = |named: Named| CheckNameDto {
        id: named.id.map(|id| id.to_string()),
        kind: named.kind,
        draft: named.draft,
        title: named.title,
    };
    CheckLineDto { n: line.n, first: line.first.into_iter().map(name).collect() }
}
