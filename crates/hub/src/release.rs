//! Which catalogue the hub works with, and publishing a newer one.

use std::sync::Arc;

use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::{Composed, Pack, Part, Published, broken, compose};
use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::message::Pull;

use crate::bulletin::{self, News};
use crate::error::HubError;
use crate::hub::Hub;

/// The catalogue that follows from what was published, oldest first.
///
/// # Errors
/// `catalogue.too_new` when a newer program published it: figures by older definitions would be others.
pub fn composed(releases: &[Pull]) -> Result<Composed, HubError> {
    let published = releases.iter().map(|pull| match Bulletin::of_pull(pull).map(|told| told.body) {
        Ok(Body::Release(release)) => Some(release),
        _ => None,
    });
    let too_new = || HubError::refused("catalogue.too_new");
    let published: Vec<Published> = published.collect::<Option<_>>().ok_or_else(too_new)?;
    let built_in = Arc::new(Catalogue::embedded());
    let newest = published.iter().map(|release| release.version).max().unwrap_or(0);
    if (1..=built_in.version).contains(&newest) {
        tracing::warn!(
            built_in = built_in.version,
            published = newest,
            "this program's own catalogue stands over the published one: what that one changed does not hold"
        );
    }
    let composed = compose(&built_in, Pack::embedded(), &published, None);
    if composed.is_behind { Err(too_new()) } else { Ok(composed) }
}

/// What was published.
pub struct Release {
    pub number: u64,
    pub version: u32,
    /// All of it, or the part that is other than before.
    pub part: Part,
}

/// Publishes these files as the catalogue from now on. What is other than before goes down, and no more where
/// that is units or calendars alone; the first time the whole goes before it.
///
/// # Errors
/// `catalogue.invalid` with the first fault, `catalogue.not_newer`, `catalogue.breaks` with the first thing
/// that records of years stand on and that would be gone, `bulletin.too_large`.
pub fn publish(hub: &Hub, pack: &Pack, actor: &str) -> Result<Release, HubError> {
    let new = load(pack)?;
    if new.version <= hub.catalogue.version {
        return Err(HubError::refused("catalogue.not_newer")
            .with("found", new.version)
            .with("current", hub.catalogue.version));
    }
    if let Some(broken) = broken(&hub.catalogue, &new).first() {
        let (part, name) = (broken.part.name(), &broken.name);
        return Err(HubError::refused("catalogue.breaks").with("what", part).with("name", name));
    }
    let release = Published::between(&hub.pack, pack, new.version);
    let (version, part) = (release.version, release.part);
    let mut follows = hub.release;
    if part != Part::Whole && !has_told_whole(hub)? {
        let whole = Published { part: Part::Whole, files: pack.clone(), ..release.clone() };
        follows = tell(hub, whole, follows, actor)?;
    }
    Ok(Release { number: tell(hub, release, follows, actor)?, version, part })
}

// Units or calendars alone are read over the whole catalogue that they were published over. One that came with this
// program stands in the PCs whose program is as new; the others would take its version for their older kinds.
fn has_told_whole(hub: &Hub) -> Result<bool, HubError> {
    let newest = hub.db.bulletin_of(topic(Part::Whole), None)?;
    let told = match newest.and_then(|pull| Bulletin::of_pull(&pull).ok()).map(|told| told.body) {
        Some(Body::Release(release)) => release.version,
        _ => 0,
    };
    Ok(told >= Catalogue::embedded().version)
}

fn tell(hub: &Hub, release: Published, follows: u64, actor: &str) -> Result<u64, HubError> {
    let topic = Some(topic(release.part));
    let news = News { scope: None, topic, follows: Some(follows), body: Body::Release(release) };
    bulletin::publish(hub, &news, actor)
}

fn topic(part: Part) -> &'static str {
    match part {
        Part::Whole => "catalogue",
        Part::Units => "units",
        Part::Calendars => "calendars",
    }
}

/// Reads files as a catalogue.
///
/// # Errors
/// `catalogue.invalid` with the first fault.
pub fn load(pack: &Pack) -> Result<Catalogue, HubError> {
    Catalogue::load(pack).map_err(|faults| {
        let fault = faults.first().map(ToString::to_string).unwrap_or_default();
        HubError::refused("catalogue.invalid").with("fault", fault)
    })
}
