//! `comment add`: the province says something to its communes.

use serde_json::json;
use sohoi_domain::RecordId;
use sohoi_protocol::bulletin::{Body, Comment};

use super::args::CommentArgs;
use super::output::Output;
use crate::bulletin;
use crate::error::HubError;
use crate::hub::Hub;
use crate::word;

pub fn add(hub: &Hub, args: &CommentArgs, output: &Output) -> Result<(), HubError> {
    let text = super::note(&args.text_file)?;
    let today = super::day(args.on.as_deref(), hub.now_ms())?;
    let unit = args.unit.as_ref().map(|code| bulletin::unit(hub, code, &[today])).transpose()?;
    let period =
        args.period.as_ref().map(|label| bulletin::period(hub, &args.calendar, label)).transpose()?;
    let record = |id: &String| id.parse::<RecordId>().map_err(|_| HubError::refused("record.unknown_id"));
    let comment = Comment {
        author: bulletin::author(hub, args.account.as_deref())?,
        text,
        about: period.map(|(about, _)| about),
        indicator: word::indicator(hub, args.indicator.as_deref())?,
        record: args.record.as_ref().map(record).transpose()?,
        reply_to: args.reply_to,
    };
    let actor = args.account.as_deref().unwrap_or(bulletin::CLI);
    let number = word::say(hub, unit.as_ref(), Body::Comment(comment), actor)?;
    let name = unit.as_ref().map(|unit| hub.unit_name(unit));
    let value = json!({"bulletin": number, "unit": unit.map(|unit| json!({"code": unit.code,
        "valid_from": unit.valid_from, "name": name}))});
    output.say(&value, |words| {
        let all = words.said("all_communes", &[]);
        words.said("comment_added", &[("to", name.as_deref().unwrap_or(&all))])
    });
    Ok(())
}
