//! The embedded catalogue is whole, and a broken one is refused with file, line and what is wrong.

use sohoi_domain::catalogue::{Catalogue, Pack};
use sohoi_domain::unit::Share;
use sohoi_domain::{Day, PeriodKind};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn embedded() -> &'static Catalogue {
    static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(Catalogue::embedded);
    &CATALOGUE
}

fn faults(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut changed = false;
    let files = Pack::embedded()
        .files()
        .map(|(path, text)| {
            let text = if path == file && text.contains(from) {
                changed = true;
                text.replacen(from, to, 1)
            } else {
                text.to_string()
            };
            (path.to_string(), text)
        })
        .collect();
    assert!(changed, "{file} has no {from}");
    match Catalogue::load(&Pack::new(files)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_embedded_catalogue_is_whole() {
    match Catalogue::load(&Pack::embedded()) {
        Ok(catalogue) => assert!(catalogue.kinds.len() >= 23, "{} kinds", catalogue.kinds.len()),
        Err(faults) => panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()),
    }
}

#[test]
fn the_digest_changes_with_any_letter() {
    let pack = Pack::embedded();
    let files = pack.files().map(|(path, text)| (path.to_string(), format!("{text}\n"))).collect();
    assert_eq!(pack.digest().len(), 64);
    assert_ne!(Pack::new(files).digest(), pack.digest());
}

#[test]
fn each_commune_of_2018_goes_whole_into_the_40_of_today() {
    let units = Catalogue::embedded().units;
    let today = day("2026-11-24");
    let old: Vec<_> = units.communes_on(day("2018-06-01")).map(|u| u.key()).collect();
    assert_eq!(old.len(), 152);
    let mut reached = std::collections::BTreeSet::new();
    for key in old {
        let successors = units.successors_on(&key, today);
        let sum = successors.iter().fold(0.0, |sum, (_, Share { num, den })| sum + *num as f64 / *den as f64);
        assert!((sum - 1.0).abs() < 1e-9, "{key}: {sum}");
        reached.extend(successors.into_iter().map(|(to, _)| to));
    }
    let now: std::collections::BTreeSet<_> = units.communes_on(today).map(|u| u.key()).collect();
    assert_eq!(now.len(), 40);
    assert_eq!(reached, now);
}

#[test]
fn the_communes_of_a_luoi_have_their_predecessors() {
    let units = Catalogue::embedded().units;
    let names_2024 = |code: &str| {
        let unit = units.on(code, day("2026-01-01")).expect("valid today");
        let mut names: Vec<String> = units
            .with_predecessors(&unit.key())
            .iter()
            .filter_map(|key| units.get(key))
            .filter(|u| u.is_valid_on(day("2025-06-30")))
            .map(|u| u.name.clone())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names_2024("20056"), ["Xã Hồng Kim", "Xã Hồng Thủy", "Xã Hồng Vân", "Xã Trung Sơn"]);
    assert_eq!(names_2024("20044"), ["Thị trấn A Lưới", "Xã A Ngo", "Xã Hồng Bắc", "Xã Quảng Nhâm"]);
    assert_eq!(names_2024("20071"), ["Xã Hồng Thái", "Xã Hồng Thượng", "Xã Phú Vinh", "Xã Sơn Thủy"]);
    assert_eq!(names_2024("20101"), ["Xã A Roàng", "Xã Hương Phong", "Xã Lâm Đớt", "Xã Đông Sơn"]);
    assert_eq!(names_2024("20050"), ["Xã Hương Nguyên", "Xã Hồng Hạ"]);
}

#[test]
fn the_years_of_2018_close_on_their_days() {
    let catalogue = Catalogue::embedded();
    for (calendar, period, first, last) in [
        ("nd09", "2018", "2017-12-15", "2018-12-14"),
        ("nd09", "2018-12", "2018-11-15", "2018-12-14"),
        ("nd09", "2018-Q1", "2017-12-15", "2018-03-14"),
        ("nd09", "2018-H1", "2017-12-15", "2018-06-14"),
        ("nd09", "2018-H2", "2018-06-15", "2018-12-14"),
        ("calendar", "2018", "2018-01-01", "2018-12-31"),
        ("calendar", "2018-02", "2018-02-01", "2018-02-28"),
        ("calendar", "2020-Q1", "2020-01-01", "2020-03-31"),
        ("union", "2018", "2017-12-15", "2018-11-14"),
        ("union", "2018-Q4", "2018-09-15", "2018-11-14"),
        ("union", "2018-H2", "2018-06-15", "2018-11-14"),
        ("union", "2019", "2018-11-15", "2019-12-14"),
        ("union", "2019-Q1", "2018-11-15", "2019-03-14"),
        ("union", "2019-H1", "2018-11-15", "2019-06-14"),
        ("union", "2018-12", "2018-11-15", "2018-12-14"),
    ] {
        let row = catalogue.calendar(calendar).and_then(|c| c.period(period)).expect("the row exists");
        assert_eq!((row.first, row.last), (day(first), day(last)), "{calendar} {period}");
    }
}

#[test]
fn a_broken_catalogue_names_file_line_and_fault() {
    for (file, from, to, expected) in [
        (
            "kinds/propaganda_activity.toml",
            "list = \"propaganda_form\"",
            "list = \"nowhere\"",
            "there is no list nowhere",
        ),
        (
            "kinds/propaganda_activity.toml",
            "date_field = \"held_on\"",
            "date_field = \"title\"",
            "title is no date field",
        ),
        ("kinds/household_support.toml", "ref = \"household\"", "ref = \"house\"", "there is no kind house"),
        ("kinds/mediation.toml", "r.n_cases", "r.n_casez", "n_casez"),
        ("kinds/mediation.toml", "nature = ", "natur = ", "unknown field `natur`"),
        (
            "indicators.toml",
            "count = \"propaganda_activity\"",
            "count = \"leaflets\"",
            "there is no kind leaflets",
        ),
        (
            "indicators.toml",
            "sum = \"scholarship.n_grants\"",
            "sum = \"scholarship.n_grantz\"",
            "has no field n_grantz",
        ),
        ("indicators.toml", "ratio = [\"TT02A\"", "ratio = [\"TT02\"", "leads back to itself"),
        ("indicators.toml", "ratio = [\"TT02A\"", "ratio = [\"TT99\"", "there is no indicator TT99"),
        ("units.toml", "valid_to = \"2019-12-31\"", "valid_to = \"2017-12-31\"", "ends before it begins"),
        ("lists/work_state.toml", "rank = 1\n", "", "all codes of a list have a rank, or none has"),
        ("lists/work_state.toml", "rank = 0\n", "", "all codes of a list have a rank, or none has"),
        ("lists/work_state.toml", "rank = 1\n", "rank = -1\n", "invalid value"),
        ("targets.toml", "indicator = \"", "indicator = \"Z", "there is no indicator Z"),
        ("criteria.toml", "criteria = [\"", "criteria = [\"zz\", \"", "list criterion has no code zz"),
        ("calendars/union.toml", "last = \"2018-11-14\"", "last = \"2018-11-10\"", "lies in no"),
        ("calendars/union.toml", "last = \"2018-11-14\"", "last = \"2018-11-20\"", "lies in two rows"),
    ] {
        let found = faults(file, from, to);
        let hit = found.iter().find(|fault| fault.contains(expected));
        let hit = hit.unwrap_or_else(|| panic!("{file}: {from} → {to}: {found:?}"));
        let line: usize = hit.split(':').nth(1).and_then(|n| n.parse().ok()).expect("a line number");
        assert!(hit.starts_with(file) && line > 0, "{hit}");
    }
}

proptest::proptest! {
    #[test]
    fn every_day_belongs_to_one_month_quarter_half_and_year(number in 16_500_i32..23_700) {
        let catalogue = embedded();
        for calendar in &catalogue.calendars {
            for kind in PeriodKind::ALL {
                let rows = calendar.rows.iter().filter(|row| row.kind == kind && row.contains(Day::from_number(number)));
                proptest::prop_assert_eq!(rows.count(), 1, "{} {:?} {}", &calendar.id, kind, Day::from_number(number));
            }
        }
    }
}

#[test]
fn a_field_in_one_of_several_states_has_their_ranks_and_no_other_field_has_any() {
    let catalogue = embedded();
    let of = |kind: &'static sohoi_domain::catalogue::Kind| {
        let fields = kind.ranks.keys().map(|num| kind.field_by_num(*num).expect("a field"));
        fields.map(|field| format!("{}.{}", kind.id, field.id))
    };
    let mut ranked: Vec<String> = catalogue.kinds.iter().flat_map(of).collect();
    ranked.sort();
    let expected = [
        "exemplar.stage",
        "household_assessment.review",
        "literacy_class.result",
        "member.status",
        "model.state",
        "plan_task.state",
        "registered_work.state",
        "startup_support.result",
    ];
    assert_eq!(ranked, expected);
    // Files from before there were ranks.
    let files = Pack::embedded()
        .files()
        .map(|(path, text)| {
            let lines = text.lines().filter(|line| !line.starts_with("rank = "));
            (path.to_string(), lines.map(|line| format!("{line}\n")).collect())
        })
        .collect();
    let old = Catalogue::load(&Pack::new(files)).expect("an older catalogue is read");
    assert!(old.kinds.iter().all(|kind| kind.ranks.is_empty()));
}

#[test]
fn photos_are_declared_with_a_most_and_once_a_kind() {
    let file = "kinds/model.toml";
    let found = |from, to| faults(file, from, to).concat();
    assert!(found("type = \"photos\"\n", "type = \"photos\"\nrequired = true\n").contains("never asked for"));
    assert!(found("max = 4\nplace", "max = 9\nplace").contains("a max from 1 to 8"));
    assert!(found("max = 4\nplace", "privacy = \"personal\"\nmax = 4\nplace").contains("are open"));
    assert!(
        found("type = \"text\"\n", "type = \"text\"\nplace = true\n").contains("only photos have a place")
    );
    assert!(found("type = \"text\"\n", "type = \"photos\"\nmax = 1\n").contains("has photos already"));
    let lines =
        faults("kinds/housing_support.toml", "[[field.column]]\n", "[[field.column]]\nplace = true\n");
    assert!(lines.concat().contains("only photos have a place"), "{lines:?}");
}

#[test]
fn photos_about_people_are_sealed() {
    let catalogue = embedded();
    let sealed = |id: &str| catalogue.seals_photos(catalogue.kind(id).expect("a kind"));
    assert!(sealed("vocational_training") && sealed("member"), "names are in it");
    assert!(sealed("housing_support"), "it refers to a household");
    assert!(!sealed("propaganda_activity") && !sealed("model"));
    for kind in catalogue.kinds.iter().filter(|kind| kind.photos().is_some()) {
        let help = &kind.photos().expect("photos").help.en;
        assert_eq!(help.contains("sealed"), catalogue.seals_photos(kind), "{}", kind.id);
    }
}
