//! What the province says to its communes in words: comments, and decisions on periods.

use std::collections::BTreeSet;

use sohoi_domain::unit::UnitLevel;
use sohoi_domain::{Day, UnitKey, text};
use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::limits;

use crate::bulletin::{self, News};
use crate::error::HubError;
use crate::hub::Hub;

/// How far back a conversation is looked through, and shown.
const SHOWN: u32 = 100;

/// Publishes a word to one version of a commune, or to all communes, and answers its number.
///
/// # Errors
/// Those of [`bulletin::publish`].
pub fn say(hub: &Hub, unit: Option<&UnitKey>, body: Body, actor: &str) -> Result<u64, HubError> {
    let news = News { scope: unit.map(bulletin::scope), topic: None, follows: None, body };
    bulletin::publish(hub, &news, actor)
}

/// Like [`say`], but answers the number of the last word to this unit when it was the same: whoever did not get
/// the answer to a press of a button presses it again, and the commune is to read it once.
///
/// # Errors
/// Those of [`bulletin::publish`].
pub fn say_once(hub: &Hub, unit: &UnitKey, body: Body, actor: &str) -> Result<u64, HubError> {
    let scope = Some(bulletin::scope(unit));
    let last = said(hub, &BTreeSet::from([unit.clone()]))?.into_iter().find(|told| told.scope == scope);
    match last.filter(|last| last.body == body) {
        Some(last) => Ok(last.number),
        None => say(hub, Some(unit), body, actor),
    }
}

/// Comments and decisions that a register of any of these units hears from the province, the newest first.
///
/// # Errors
/// Those of the database.
pub fn said(hub: &Hub, units: &BTreeSet<UnitKey>) -> Result<Vec<Bulletin>, HubError> {
    let pulls = hub.db.words_said(units, SHOWN)?;
    Ok(pulls.iter().filter_map(|pull| Bulletin::of_pull(pull).ok()).collect())
}

/// The version of a commune that begins on this day.
///
/// # Errors
/// `unit.unknown`.
pub fn unit(hub: &Hub, code: &str, valid_from: Day) -> Result<UnitKey, HubError> {
    let key = UnitKey { code: code.to_string(), valid_from };
    let found = hub.catalogue.units.get(&key).filter(|unit| unit.level == UnitLevel::Commune);
    found.map(|_| key).ok_or_else(|| HubError::refused("unit.unknown").with("unit", code))
}

/// An indicator that the catalogue has.
///
/// # Errors
/// `target.unknown_indicator`.
pub fn indicator(hub: &Hub, code: Option<&str>) -> Result<Option<String>, HubError> {
    match code.filter(|code| hub.catalogue.indicator(code).is_none()) {
        Some(unknown) => Err(HubError::refused("target.unknown_indicator").with("indicator", unknown)),
        None => Ok(code.map(str::to_string)),
    }
}

/// A text as others will read it: composed, trimmed, with plain line ends. May be empty.
///
/// # Errors
/// `bulletin.too_large`; `bulletin.invalid` when it has a character that no text has.
pub fn text(typed: &str) -> Result<String, HubError> {
    let text = text::nfc(typed.trim_start_matches('\u{feff}').trim()).replace("\r\n", "\n");
    if text.len() > limits::NOTE_BYTES {
        return Err(HubError::refused("bulletin.too_large").with("max", limits::NOTE_BYTES));
    }
    if text::is_clean(&text, true) { Ok(text) } else { Err(HubError::refused("bulletin.invalid")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_composed_and_trimmed_and_has_plain_line_ends() {
        assert_eq!(text("\u{feff} Xem la\u{323}i\r\nnhe\u{301} \n").expect("a text"), "Xem lại\nnhé");
        assert_eq!(text(" \n").expect("nothing"), "");
    }

    #[test]
    fn a_text_that_is_too_long_or_has_a_control_character_is_refused() {
        let code = |typed: &str| text(typed).expect_err("refused").code();
        assert_eq!(code(&"ế".repeat(limits::NOTE_BYTES / 3 + 1)), "bulletin.too_large");
        assert_eq!(code("a\u{7}b"), "bulletin.invalid");
    }
}
