//! What the province tells its communes: published signed, sent down in order.

use std::collections::BTreeMap;

use sohoi_domain::catalogue::Target;
use sohoi_domain::unit::{Unit, UnitLevel};
use sohoi_domain::{Day, UnitKey};
use sohoi_hub_db::NewBulletin;
use sohoi_protocol::bulletin::{Body, Bulletin, PeriodRef, Scope};
use sohoi_protocol::{Frame, limits};

use crate::error::HubError;
use crate::hub::Hub;

const TARGETS: &str = "targets";

/// One thing to tell.
pub struct News<'a> {
    /// None for every commune.
    pub scope: Option<Scope>,
    /// See [`NewBulletin::topic`].
    pub topic: Option<&'a str>,
    /// See [`NewBulletin::follows`].
    pub follows: Option<u64>,
    pub body: Body,
}

/// Signs and publishes, and answers the bulletin's number.
///
/// # Errors
/// `bulletin.too_large` when it is longer than a bulletin may be, `bulletin.invalid` when a code, a name or a text
/// in it is none that a device reads.
pub fn publish(hub: &Hub, news: &News, actor: &str) -> Result<u64, HubError> {
    let at_ms = hub.now_ms();
    let numbered =
        |number| Bulletin { number, made_at_ms: at_ms, scope: news.scope.clone(), body: news.body.clone() };
    let is_sane = numbered(i64::MAX as u64).encode().is_some_and(|bytes| {
        // What we could not read ourselves would be kept for a newer program that never comes.
        Bulletin::decode(&bytes).is_ok_and(|read| read.body == news.body)
    });
    if !is_sane {
        let is_long = is_too_long(&news.body);
        return Err(HubError::refused(if is_long { "bulletin.too_large" } else { "bulletin.invalid" }));
    }
    let write = |number| {
        let content = numbered(number).encode().expect("a smaller number is no longer");
        Bulletin::sign(number, content, &hub.signer)
    };
    let (kind, scope, topic) = (news.body.kind(), news.scope.as_ref(), news.topic);
    let new = NewBulletin { kind, scope, topic, follows: news.follows, at_ms, actor };
    Ok(hub.db.publish(&new, &write)?)
}

fn is_too_long(body: &Body) -> bool {
    match body {
        Body::Targets(targets) => targets.len() > limits::TARGETS,
        Body::Comment(comment) => comment.text.len() > limits::NOTE_BYTES,
        Body::Decision(decision) => decision.note.len() > limits::NOTE_BYTES,
        // With good names, it is the length that does not fit.
        Body::Release(release) => release.files.files().all(|(name, _)| is_name(name)),
        Body::Newer { .. } => true,
    }
}

// As the protocol has them.
fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let stem = name.strip_suffix(".toml").unwrap_or_default();
    stem.split('/').count() <= 2 && stem.split('/').all(|part| !part.is_empty() && part.chars().all(is_plain))
}

/// Whoever has the machine.
pub const CLI: &str = "cli";

/// Under whose name something is said: an account, or else the province.
///
/// # Errors
/// `auth.unknown_account`.
pub fn author(hub: &Hub, account: Option<&str>) -> Result<String, HubError> {
    let Some(name) = account else { return Ok(hub.unit_name(&hub.row.unit)) };
    let account = hub.db.account(name)?.ok_or_else(|| HubError::refused("auth.unknown_account"))?;
    Ok(account.name)
}

/// The commune that has the code on the first of these days on which one has it.
///
/// # Errors
/// `unit.unknown`.
pub fn unit(hub: &Hub, code: &str, days: &[Day]) -> Result<UnitKey, HubError> {
    let units = &hub.catalogue.units;
    let found =
        days.iter().find_map(|day| units.on(code, *day).filter(|unit| unit.level == UnitLevel::Commune));
    found.map(Unit::key).ok_or_else(|| HubError::refused("unit.unknown").with("unit", code))
}

/// A period as bulletins name it, and its last day.
///
/// # Errors
/// `figures.unknown_calendar`, `figures.unknown_period`.
pub fn period(hub: &Hub, calendar: &str, label: &str) -> Result<(PeriodRef, Day), HubError> {
    let unknown = |code, name, value: &str| HubError::refused(code).with(name, value);
    let found = hub.catalogue.calendar(calendar);
    let found = found.ok_or_else(|| unknown("figures.unknown_calendar", "calendar", calendar))?;
    let period = found.period(label).ok_or_else(|| unknown("figures.unknown_period", "period", label))?;
    Ok((PeriodRef { calendar: calendar.to_string(), label: label.to_string() }, period.last))
}

/// One version of a commune.
pub fn scope(unit: &UnitKey) -> Scope {
    Scope { code: unit.code.clone(), valid_from: Some(unit.valid_from) }
}

/// Tells the communes of targets that they have not been told: those for all in one bulletin, those for one
/// unit in one of its own. Does nothing when they know; so it also mends a cut between setting and telling.
///
/// # Errors
/// `bulletin.too_large`.
pub fn publish_targets(hub: &Hub, actor: &str) -> Result<u32, HubError> {
    let mut by_unit: BTreeMap<Option<Scope>, Vec<Target>> = BTreeMap::new();
    for target in hub.db.targets()? {
        let scope = target.unit.clone().map(|code| Scope { code, valid_from: None });
        by_unit.entry(scope).or_default().push(target);
    }
    let mut n_published = 0;
    for (scope, targets) in by_unit {
        let told = hub.db.bulletin_of(TARGETS, scope.as_ref())?;
        let told = told.and_then(|pull| Bulletin::of_pull(&pull).ok()).map(|told| told.body);
        let body = Body::Targets(targets);
        if told.as_ref() != Some(&body) {
            publish(hub, &News { scope, topic: Some(TARGETS), follows: None, body }, actor)?;
            n_published += 1;
        }
    }
    Ok(n_published)
}

/// Frames with what a device has not been told, and whether more waits for the next conversation.
pub fn waiting(
    hub: &Hub,
    device: &sohoi_hub_db::DeviceRow,
    after: u64,
) -> Result<(Vec<Frame>, bool), sohoi_hub_db::DbError> {
    let (pulls, more) = hub.db.bulletins(after, &hub.scope(&device.unit), limits::PULL_BYTES)?;
    Ok((pulls.into_iter().map(Frame::Pull).collect(), more))
}
