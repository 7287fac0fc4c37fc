//! What a hub published over the files that a program was built with, and what comes of it.

use std::sync::Arc;

use super::{Catalogue, Pack};
use crate::unit::UnitKey;

/// Format of the catalogue's files that this program reads. It grows when the same words come to mean another
/// thing; what is merely new is refused by loading it.
pub const FORMAT: u32 = 1;
const HEAD: &str = "catalogue.toml";

/// Which files a release has. Units and calendars keep their form for long, so that they serve a program that
/// is too old for the kinds beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Whole,
    /// `units.toml` and `lineage.toml`, and the head.
    Units,
    /// What is under `calendars/`, and the head.
    Calendars,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Units => "units",
            Part::Calendars => "calendars",
        }
    }

    pub fn of_name(name: &str) -> Option<Part> {
        [Part::Whole, Part::Units, Part::Calendars].into_iter().find(|part| part.name() == name)
    }

    /// Whether a file of this name belongs to it.
    pub fn holds(self, path: &str) -> bool {
        match self {
            Part::Whole => true,
            Part::Units => matches!(path, HEAD | "units.toml" | "lineage.toml"),
            Part::Calendars => path == HEAD || path.starts_with("calendars/"),
        }
    }
}

/// Files that take the place of others with their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub part: Part,
    /// Of the catalogue that they make.
    pub version: u32,
    /// Least [`FORMAT`] that reads them.
    pub format: u32,
    pub files: Pack,
}

impl Published {
    /// The least that says how `new` differs from `old`: only units, only calendars, or all of it.
    pub fn between(old: &Pack, new: &Pack, version: u32) -> Published {
        let differs = |path: &str| path != HEAD && old.text(path) != new.text(path);
        let paths = || old.files().chain(new.files()).map(|(path, _)| path);
        let is_only = |part: &Part| paths().filter(|path| differs(path)).all(|path| part.holds(path));
        let part = [Part::Units, Part::Calendars].into_iter().find(is_only).unwrap_or(Part::Whole);
        let files = new.files().filter(|(path, _)| part.holds(path));
        let files = files.map(|(path, text)| (path.to_string(), text.to_string())).collect();
        Published { part, version, format: FORMAT, files: Pack::new(files) }
    }
}

/// A catalogue to work with, and the files that it was made of.
#[derive(Clone, Debug)]
pub struct Composed {
    pub catalogue: Arc<Catalogue>,
    pub pack: Pack,
    /// Something newer was published that this program cannot read.
    pub is_behind: bool,
}

/// The newest whole catalogue that can be read, with what was published of units and calendars since.
///
/// `built_in` is made of `pack`. A catalogue that takes away what the one before it had is not taken, whoever
/// signed it: no personal field becomes open by it. Nor is one without `unit`, for its register could not work.
pub fn compose(
    built_in: &Arc<Catalogue>,
    pack: Pack,
    published: &[Published],
    unit: Option<&UnitKey>,
) -> Composed {
    let mut ascending: Vec<&Published> = published.iter().collect();
    ascending.sort_by_key(|release| (release.part != Part::Whole, release.version));
    let mut composed = Composed { catalogue: built_in.clone(), pack, is_behind: false };
    // Newest that could not be read.
    let mut unread = 0;
    for release in ascending {
        let current = &composed.catalogue;
        if release.version <= current.version {
            continue;
        }
        let is_behind = unread > current.version;
        let files = match release.part {
            Part::Whole => release.files.clone(),
            Part::Units | Part::Calendars => over(&composed.pack, release, is_behind),
        };
        match readable(release, &files, unit).filter(|new| broken(current, new).is_empty()) {
            Some(catalogue) => composed = Composed { catalogue, pack: files, ..composed },
            None => unread = unread.max(release.version),
        }
    }
    composed.is_behind = unread > composed.catalogue.version;
    composed
}

fn readable(release: &Published, files: &Pack, unit: Option<&UnitKey>) -> Option<Arc<Catalogue>> {
    if release.format > FORMAT {
        return None;
    }
    let catalogue = Catalogue::load(files).ok()?;
    unit.is_none_or(|unit| catalogue.units.get(unit).is_some()).then(|| Arc::new(catalogue))
}

// The head names the version; without the kinds that it stands for it would promise too much.
fn over(base: &Pack, release: &Published, is_behind: bool) -> Pack {
    let is_taken = |path: &str| release.part.holds(path) && !(is_behind && path == HEAD);
    let kept = base.files().filter(|(path, _)| !is_taken(path));
    let new = release.files.files().filter(|(path, _)| is_taken(path));
    Pack::new(kept.chain(new).map(|(path, text)| (path.to_string(), text.to_string())).collect())
}

/// What a catalogue can take away or give another meaning to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenPart {
    Kind,
    Field,
    Indicator,
    /// An item of a list.
    Code,
    Unit,
    Calendar,
}

impl BrokenPart {
    pub const ALL: [BrokenPart; 6] = [
        BrokenPart::Kind,
        BrokenPart::Field,
        BrokenPart::Indicator,
        BrokenPart::Code,
        BrokenPart::Unit,
        BrokenPart::Calendar,
    ];

    /// One word, which dictionaries know.
    pub fn name(self) -> &'static str {
        match self {
            BrokenPart::Kind => "kind",
            BrokenPart::Field => "field",
            BrokenPart::Indicator => "indicator",
            BrokenPart::Code => "code",
            BrokenPart::Unit => "unit",
            BrokenPart::Calendar => "calendar",
        }
    }
}

/// One thing that a newer catalogue breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub part: BrokenPart,
    /// As the catalogue's files name it: `member.full_name`, `sex.male`, `TT01`.
    pub name: String,
}

impl Broken {
    fn new(part: BrokenPart, name: impl ToString) -> Broken {
        Broken { part, name: name.to_string() }
    }
}

/// What `new` takes away or gives another meaning to. Records of years stand on these.
pub fn broken(old: &Catalogue, new: &Catalogue) -> Vec<Broken> {
    let mut found = Vec::new();
    for kind in &old.kinds {
        match new.kind_by_num(kind.num).filter(|same| same.id == kind.id) {
            None => found.push(Broken::new(BrokenPart::Kind, &kind.id)),
            Some(same) => fields(&kind.id, &kind.fields, &same.fields, &mut found),
        }
    }
    for indicator in &old.indicators {
        if !new.indicators.iter().any(|same| (same.num, &same.code) == (indicator.num, &indicator.code)) {
            found.push(Broken::new(BrokenPart::Indicator, &indicator.code));
        }
    }
    for (id, list) in &old.lists {
        let has = |code: &str| new.list(id).is_some_and(|same| same.item(code).is_some());
        found.extend(
            list.items
                .iter()
                .filter(|item| !has(&item.code))
                .map(|item| Broken::new(BrokenPart::Code, format!("{id}.{}", item.code))),
        );
    }
    for unit in old.units.iter().filter(|unit| new.units.get(&unit.key()).is_none()) {
        found.push(Broken::new(BrokenPart::Unit, unit.key()));
    }
    for calendar in old.calendars.iter().filter(|calendar| new.calendar(&calendar.id).is_none()) {
        found.push(Broken::new(BrokenPart::Calendar, &calendar.id));
    }
    found
}

fn fields(of: &str, old: &[super::Field], new: &[super::Field], found: &mut Vec<Broken>) {
    for field in old {
        let name = format!("{of}.{}", field.id);
        let same = new.iter().find(|same| same.num == field.num);
        let is_same = |same: &&super::Field| {
            // What was promised to stay in the commune stays there. What was open and lies sealed as such in a
            // PC's batches could never be taken again.
            let is_as_private = same.is_personal() == field.is_personal();
            same.id == field.id
                && same.field_type == field.field_type
                && same.scale == field.scale
                && is_as_private
        };
        match same.filter(is_same) {
            None => found.push(Broken::new(BrokenPart::Field, &name)),
            Some(same) => fields(&name, &field.columns, &same.columns, found),
        }
    }
}
