//! `period accept` and `period return`: the province has looked at a commune's period.

use serde_json::json;
use sohoi_protocol::bulletin::{Body, Decision, Verdict};

use super::args::PeriodArgs;
use super::output::Output;
use crate::bulletin;
use crate::clock;
use crate::error::HubError;
use crate::hub::Hub;
use crate::word;

pub fn decide(hub: &Hub, verdict: Verdict, args: &PeriodArgs, output: &Output) -> Result<(), HubError> {
    let (period, last) = bulletin::period(hub, &args.calendar, &args.period)?;
    let days = match &args.on {
        Some(on) => vec![super::day(Some(on), hub.now_ms())?],
        // The unit whose period it was, or else the one that has the code now.
        None => vec![last, clock::day(hub.now_ms())],
    };
    let unit = bulletin::unit(hub, &args.unit, &days)?;
    let note = args.note_file.as_deref().map(super::note).transpose()?;
    let decision = Decision {
        period,
        verdict,
        author: bulletin::author(hub, args.account.as_deref())?,
        note: note.unwrap_or_default(),
        digest: None,
    };
    let actor = args.account.as_deref().unwrap_or(bulletin::CLI);
    let number = word::say(hub, Some(&unit), Body::Decision(decision), actor)?;
    let name = hub.unit_name(&unit);
    let (state, said) = match verdict {
        Verdict::Accepted => ("accepted", "period_accepted"),
        Verdict::Returned => ("returned", "period_returned"),
    };
    let value = json!({"bulletin": number, "period": args.period, "calendar": args.calendar, "state": state,
        "unit": {"code": unit.code, "valid_from": unit.valid_from, "name": name}});
    output.say(&value, |words| words.said(said, &[("period", &args.period), ("name", &name)]));
    Ok(())
}
