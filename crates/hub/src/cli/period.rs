//! `period list`: what a commune submitted. `period accept` and `period return`: the province has looked at it.

use serde_json::json;
use sohoi_domain::submission::hex;
use sohoi_domain::{Day, UnitKey};
use sohoi_protocol::bulletin::{Body, Decision, PeriodRef, Verdict};

use super::args::{PeriodArgs, PeriodListArgs};
use super::output::Output;
use crate::bulletin;
use crate::clock;
use crate::error::HubError;
use crate::hub::Hub;
use crate::submission;
use crate::view::SubmissionView;
use crate::word;

pub fn decide(hub: &Hub, verdict: Verdict, args: &PeriodArgs, output: &Output) -> Result<(), HubError> {
    let (period, last) = bulletin::period(hub, &args.calendar, &args.period)?;
    let days = match &args.on {
        Some(on) => vec![super::day(Some(on), hub.now_ms())?],
        // The unit whose period it was, or else the one that has the code now.
        None => vec![last, clock::day(hub.now_ms())],
    };
    let unit = submitting(hub, args, &days, &period)?;
    let digest = match &args.digest {
        Some(typed) => Some(submission::named(hub, &unit, &period, typed)?),
        None => submission::newest(hub, &unit, &period)?,
    };
    let note = args.note_file.as_deref().map(super::note).transpose()?;
    let decision = Decision {
        period,
        verdict,
        author: bulletin::author(hub, args.account.as_deref())?,
        note: note.unwrap_or_default(),
        digest,
    };
    let actor = args.account.as_deref().unwrap_or(bulletin::CLI);
    let number = word::say(hub, Some(&unit), Body::Decision(decision), actor)?;
    let name = hub.unit_name(&unit);
    let (state, said) = match verdict {
        Verdict::Accepted => ("accepted", "period_accepted"),
        Verdict::Returned => ("returned", "period_returned"),
    };
    let value = json!({"bulletin": number, "period": args.period, "calendar": args.calendar, "state": state,
        "digest": digest.map(|digest| hex(&digest)), "unit": {"code": unit.code, "valid_from": unit.valid_from, "name": name}});
    output.say(&value, |words| words.said(said, &[("period", &args.period), ("name", &name)]));
    Ok(())
}

// Of the versions of a unit that may be meant, the one that submitted the period; else the first.
fn submitting(hub: &Hub, args: &PeriodArgs, days: &[Day], period: &PeriodRef) -> Result<UnitKey, HubError> {
    for day in days {
        let Ok(unit) = bulletin::unit(hub, &args.unit, &[*day]) else { continue };
        if submission::newest(hub, &unit, period)?.is_some() {
            return Ok(unit);
        }
    }
    bulletin::unit(hub, &args.unit, days)
}

pub fn list(hub: &Hub, args: &PeriodListArgs, output: &Output) -> Result<(), HubError> {
    let unit = bulletin::unit(hub, &args.unit, &[super::day(args.on.as_deref(), hub.now_ms())?])?;
    let name = hub.unit_name(&unit);
    for one in submission::of_unit(hub, &unit)? {
        let view = SubmissionView::new(&one);
        let value = serde_json::to_value(&view).expect("plain values are JSON");
        output.say(&value, |words| {
            let differs = one.differences.as_ref().is_some_and(|list| !list.is_empty());
            let (period, number) = (&one.submission.label, one.submission.number.to_string());
            let said = match (one.state(), differs) {
                (_, true) => "submission_differs",
                ("accepted", _) => "submission_accepted",
                ("returned", _) => "submission_returned",
                _ => "submission_received",
            };
            words.said(said, &[("period", period), ("number", &number), ("name", &name)])
        });
    }
    Ok(())
}
