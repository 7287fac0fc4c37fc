//! Every rule of every kind: the record that breaks it is refused, by that rule and no other.

use std::collections::BTreeSet;

use sohoi_testkit::{Cli, Fixture, References, checkout, fixtures};

#[test]
fn every_kind_has_a_good_record_and_every_rule_one_that_breaks_it() {
    let none = References { household: "", member: "" };
    let tried: BTreeSet<(String, String)> = fixtures()
        .iter()
        .flat_map(|f| f.broken(&none).into_iter().map(|(rule, _)| (f.kind.clone(), rule)))
        .collect();
    let (kinds, rules) = catalogue();
    assert_eq!(fixtures().into_iter().map(|f| f.kind).collect::<BTreeSet<_>>(), kinds);
    assert_eq!(tried, rules, "left is what the fixtures break, right is what the catalogue demands");
}

#[test]
fn a_record_that_breaks_a_rule_is_refused_by_that_rule() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path().join("sổ"));
    cli.init("20044");
    let fixtures = fixtures();
    let none = References { household: "", member: "" };
    let add = |kind: &str| {
        let fixture = fixtures.iter().find(|f| f.kind == kind).expect("every kind has a fixture");
        cli.add(kind, &fixture.good(&none))
    };
    let (household, member) = (add("household"), add("member"));
    let references = References { household: &household, member: &member };
    for fixture in &fixtures {
        check(&cli, fixture, &references);
    }
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

/// The good record first: a refusal of what follows is then the rule's work.
fn check(cli: &Cli, fixture: &Fixture, references: &References) {
    let broken = fixture.broken(references);
    let mut lines = vec![fixture.good(references).to_string()];
    lines.extend(broken.iter().map(|(_, record)| record.to_string()));
    let answer = cli.ask_with(&["record", "add", &fixture.kind, "-"], lines.join("\n").as_bytes());
    assert_eq!(answer.lines.len(), lines.len(), "{}: one answer a line: {answer:?}", fixture.kind);
    assert!(answer.lines[0]["id"].is_string(), "{}: the good record: {}", fixture.kind, answer.lines[0]);
    for ((rule, _), line) in broken.iter().zip(&answer.lines[1..]) {
        let error = &line["error"];
        assert_eq!(error["code"], "record.invalid", "{}.{rule}: {line}", fixture.kind);
        // The first fault is told in full, and the testkit's own test knows that there is no other.
        assert_eq!(error["params"]["rule"], rule.as_str(), "{}: {line}", fixture.kind);
    }
}

/// The kinds of the catalogue, and their rules that refuse a record.
fn catalogue() -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let (mut kinds, mut rules) = (BTreeSet::new(), BTreeSet::new());
    for file in std::fs::read_dir(checkout("schema/catalogue/kinds")).expect("the catalogue has kinds") {
        let text = std::fs::read_to_string(file.expect("the folder can be listed").path());
        let kind: toml::Table = text.expect("a kind is text").parse().expect("a kind is TOML");
        let id = kind["kind"]["id"].as_str().expect("a kind has an id");
        kinds.insert(id.to_owned());
        for rule in kind.get("rule").and_then(toml::Value::as_array).into_iter().flatten() {
            if rule["level"].as_str() == Some("error") {
                let rule = rule["id"].as_str().expect("a rule has an id");
                rules.insert((id.to_owned(), rule.to_owned()));
            }
        }
    }
    (kinds, rules)
}
