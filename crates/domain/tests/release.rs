//! A program works with the newest catalogue that it can read, and says when there is a newer one.

use std::sync::{Arc, LazyLock};

use sohoi_domain::catalogue::{Composed, FORMAT, Pack, Part, Published, broken, compose};
use sohoi_domain::{Catalogue, UnitKey};

static BUILT_IN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

/// The built-in files of another version, with changes.
fn files(version: u32, changes: &[(&str, &str, &str)]) -> Pack {
    let head = format!("version = {}", BUILT_IN.version);
    let now = format!("version = {version}");
    let changed = |path: &str, text: &str| {
        let text = if path == "catalogue.toml" { text.replace(&head, &now) } else { text.to_string() };
        changes.iter().filter(|(of, _, _)| *of == path).fold(text, |text, (_, from, to)| {
            assert!(text.contains(from), "{path} has no {from}");
            text.replace(from, to)
        })
    };
    Pack::new(Pack::embedded().files().map(|(path, text)| (path.to_string(), changed(path, text))).collect())
}

const BRANCH: (&str, &str, &str) = ("kinds/branch.toml", "vi = \"Chi hội\"", "vi = \"Chi hội mới\"");
const UNIT: (&str, &str, &str) = ("units.toml", "Xã A Lưới 2", "Xã A Lưới Hai");
const CALENDAR: (&str, &str, &str) = ("calendars/union.toml", "due_after_days = ", "due_after_days = 1");

const RULE: &str = "[[rule]]\nid = \"consent_recorded\"";

fn release(version: u32, changes: &[(&str, &str, &str)]) -> Published {
    Published::between(&Pack::embedded(), &files(version, changes), version)
}

fn composed(published: &[Published]) -> Composed {
    compose(&BUILT_IN, Pack::embedded(), published, None)
}

fn says(composed: &Composed) -> (u32, bool, bool) {
    let catalogue = &composed.catalogue;
    let branch = catalogue.kind("branch").expect("a kind").label.vi == "Chi hội mới";
    (catalogue.version, branch, catalogue.units.iter().any(|unit| unit.name == "Xã A Lưới Hai"))
}

#[test]
fn a_release_is_no_larger_than_what_it_changes() {
    let part = |changes: &[(&str, &str, &str)]| {
        (release(9, changes).part, release(9, changes).files.files().count())
    };
    assert_eq!(part(&[UNIT]), (Part::Units, 3));
    assert_eq!(part(&[CALENDAR]).0, Part::Calendars);
    assert_eq!(part(&[BRANCH]).0, Part::Whole);
    assert_eq!(part(&[UNIT, CALENDAR]).0, Part::Whole);
}

#[test]
fn the_newest_is_worked_with_whatever_order_it_came_in() {
    let v = BUILT_IN.version;
    assert_eq!(says(&composed(&[])), (v, false, false));
    let mut all = [release(v + 1, &[BRANCH]), release(v + 2, &[UNIT]), release(v, &[BRANCH])];
    assert_eq!(says(&composed(&all)), (v + 2, true, true));
    all.reverse();
    let both = composed(&all);
    assert_eq!((says(&both), both.is_behind), ((v + 2, true, true), false));
    assert_eq!(both.catalogue.digest, both.pack.digest());
    // A whole catalogue that is newer than the units says it all itself.
    let whole = composed(&[release(v + 2, &[UNIT]), release(v + 3, &[BRANCH])]);
    assert_eq!(says(&whole), (v + 3, true, false));
    // A program that was built with something newer passes over all of it.
    assert_eq!(says(&composed(&[release(v, &[UNIT])])), (v, false, false));
}

#[test]
fn a_program_that_is_too_old_goes_on_with_what_it_has_and_still_takes_units() {
    let v = BUILT_IN.version;
    let of_tomorrow = ("kinds/branch.toml", "[kind]", "[kind]\nshape = \"round\"");
    let unreadable = release(v + 2, &[BRANCH, of_tomorrow]);
    let later_format = Published { format: FORMAT + 1, ..release(v + 3, &[BRANCH]) };
    for too_new in [unreadable.clone(), later_format] {
        let behind = composed(&[release(v + 1, &[BRANCH]), too_new, release(v + 4, &[UNIT])]);
        // Its version is that of the kinds it knows: it must not promise more.
        assert_eq!((says(&behind), behind.is_behind), ((v + 1, true, true), true));
    }
    let caught_up = composed(&[unreadable.clone(), release(v + 3, &[BRANCH])]);
    assert_eq!((says(&caught_up), caught_up.is_behind), ((v + 3, true, false), false));
    let alone = composed(&[unreadable]);
    assert_eq!((says(&alone), alone.is_behind), ((v, false, false), true));
    assert_eq!(alone.catalogue.digest, BUILT_IN.digest);
}

/// A hub whose program came with newer kinds tells its whole catalogue with the first units.
#[test]
fn a_program_that_is_older_than_the_hubs_has_its_kinds_or_not_its_version() {
    let v = BUILT_IN.version;
    let files = files(v + 1, &[BRANCH, UNIT]);
    let whole = Published { part: Part::Whole, version: v + 1, format: FORMAT, files: files.clone() };
    let units = Published { part: Part::Units, ..whole.clone() };
    let both = composed(&[units.clone(), whole.clone()]);
    assert_eq!((says(&both), both.is_behind), ((v + 1, true, true), false));
    let too_new = Published { format: FORMAT + 1, ..whole };
    let old = composed(&[units, too_new]);
    assert_eq!((says(&old), old.is_behind), ((v, false, true), true), "the merger is heard of all the same");
}

#[test]
fn a_catalogue_without_the_registers_unit_is_not_taken() {
    let unit = UnitKey { code: "99999".into(), valid_from: "2018-01-01".parse().expect("a day") };
    let published = [release(BUILT_IN.version + 1, &[BRANCH])];
    let kept = compose(&BUILT_IN, Pack::embedded(), &published, Some(&unit));
    assert_eq!((says(&kept).1, kept.is_behind), (false, true));
}

#[test]
fn a_catalogue_that_opens_what_was_personal_is_not_taken_whoever_signed_it() {
    let v = BUILT_IN.version;
    let open = ("kinds/member.toml", "privacy = \"personal\"", "privacy = \"open\"");
    let kept = composed(&[release(v + 1, &[open, BRANCH])]);
    assert_eq!((says(&kept).1, kept.is_behind), (false, true));
    assert!(
        kept.catalogue
            .kind("member")
            .and_then(|kind| kind.field("full_name"))
            .expect("a field")
            .is_personal()
    );
    // Also one that was personal only in a catalogue in between.
    let field = |privacy: &str| {
        format!(
            "[[field]]\nid = \"nickname\"\nnum = 90\ntype = \"text\"\nprivacy = \"{privacy}\"\n\
             label = {{ vi = \"Tên\", en = \"Name\" }}\n\n{RULE}"
        )
    };
    let with = |version, privacy| release(version, &[("kinds/member.toml", RULE, &field(privacy))]);
    let between = composed(&[with(v + 1, "personal"), with(v + 2, "open")]);
    assert_eq!((between.catalogue.version, between.is_behind), (v + 1, true));
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

#[test]
fn files_with_anything_changed_in_them_are_read_or_refused() {
    let mut dice = Dice(1);
    let files: Vec<(String, String)> =
        Pack::embedded().files().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    let mut n_refused = 0;
    for _ in 0..120 {
        let mut changed = files.clone();
        let at = dice.below(changed.len());
        let mut text: Vec<char> = changed[at].1.chars().collect();
        for _ in 0..1 + dice.below(3) {
            let place = dice.below(text.len());
            match dice.below(4) {
                0 => drop(text.splice(place..(place + dice.below(60)).min(text.len()), [])),
                1 => text.insert(place, ['"', '[', '}', '9', '-', '(', '=', '\n'][dice.below(8)]),
                2 if !text.is_empty() => {
                    text[place] = ['0', ' ', '\'', ')', '.', 'x', '#', ','][dice.below(8)]
                }
                _ => text.truncate(place),
            }
        }
        changed[at].1 = text.into_iter().collect();
        n_refused += usize::from(Catalogue::load(&Pack::new(changed)).is_err());
    }
    assert!(n_refused > 40, "{n_refused} refused");
}

#[test]
fn what_records_stand_on_cannot_be_taken_away() {
    let new = |changes: &[(&str, &str, &str)]| Catalogue::load(&files(9, changes)).expect("it loads");
    let found = |new: &Catalogue| {
        let all = broken(&BUILT_IN, new).into_iter();
        all.map(|broken| format!("{} {}", broken.part.name(), broken.name)).collect::<Vec<_>>()
    };
    assert_eq!(found(&new(&[BRANCH, UNIT, CALENDAR])), [] as [String; 0]);
    let field = ("kinds/mediation.toml", "id = \"n_settled\"\nnum = ", "id = \"n_settled\"\nnum = 9");
    assert_eq!(found(&new(&[field])), ["field mediation.n_settled"]);
    let code = ("lists/sex.toml", "code = \"male\"", "code = \"man\"");
    assert_eq!(found(&new(&[code])), ["code sex.male"]);
    let open = ("kinds/member.toml", "privacy = \"personal\"", "privacy = \"open\"");
    assert!(found(&new(&[open])).contains(&"field member.full_name".to_string()));
    let title = "id = \"title\"\nnum = 1";
    let personal = ("kinds/propaganda_activity.toml", title, &*format!("{title}\nprivacy = \"personal\""));
    assert_eq!(found(&new(&[personal])), ["field propaganda_activity.title"]);
}
