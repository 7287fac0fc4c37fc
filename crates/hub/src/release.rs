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
/// that is units or calendars alone.
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
    if let Some(what) = broken(&hub.catalogue, &new).first() {
        return Err(HubError::refused("catalogue.breaks").with("what", what));
    }
    let release = Published::between(&hub.pack, pack, new.version);
    let (version, part) = (release.version, release.part);
    let topic = match part {
        Part::Whole => "catalogue",
        Part::Units => "units",
        Part::Calendars => "calendars",
    };
    let news = News { scope: None, topic: Some(topic), body: Body::Release(release) };
    Ok(Release { number: bulletin::publish(hub, &news, actor)?, version, part })
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
