//! Whatever is given to the command line: a clear code, exit 3, and nothing written.

use serde_json::{Value, json};
use sohoi_testkit::{Answer, Cli};
use tempfile::TempDir;

/// A register of its own for each test, and how much was in it.
struct Register {
    cli: Cli,
    _folder: TempDir,
}

impl Register {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let cli = Cli::at(folder.path().join("sổ"));
        cli.init("20044");
        Self { cli, _folder: folder }
    }

    fn changes(&self) -> Value {
        self.cli.get(&["status"])["changes"].clone()
    }

    fn add(&self, kind: &str, bytes: &[u8]) -> Answer {
        self.cli.ask_with(&["record", "add", kind, "-"], bytes)
    }

    /// Gives one line, which has to be refused with `code`.
    fn refuses(&self, kind: &str, bytes: &[u8], code: &str) {
        let before = self.changes();
        let answer = self.add(kind, bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        assert_eq!(answer.code, 3, "{kind} {shown}: {answer:?}");
        assert!(says(&answer, code), "{kind} {shown}: expected {code}, got {answer:?}");
        assert_eq!(self.changes(), before, "{kind} {shown}: something was written");
    }
}

/// Whether the failure, or one of the remarks in it, has that code.
fn says(answer: &Answer, code: &str) -> bool {
    let quoted = format!("\"{code}\"");
    let lines = answer.lines.iter().map(Value::to_string);
    lines.chain([answer.stderr.clone()]).any(|text| text.contains(&quoted))
}

fn activity() -> Value {
    json!({
        "title": "Phổ biến Chỉ thị 21-CT/TW",
        "topic": "chinh_tri_tu_tuong",
        "form": "hop_chi_hoi",
        "held_on": "2026-02-05",
        "n_total": 42,
        "n_women": 40,
    })
}

fn with(mut record: Value, field: &str, value: Value) -> Vec<u8> {
    record[field] = value;
    record.to_string().into_bytes()
}

fn without(mut record: Value, field: &str) -> Vec<u8> {
    record.as_object_mut().expect("a record is an object").remove(field);
    record.to_string().into_bytes()
}

#[test]
fn a_wrong_field_of_a_record_is_refused_with_its_code() {
    let register = Register::new();
    let kind = "propaganda_activity";
    register.cli.add(kind, &activity());
    let cases: &[(Vec<u8>, &str)] = &[
        (with(activity(), "colour", json!("đỏ")), "record.unknown_field"),
        (with(activity(), "n_total", json!("bốn mươi")), "record.wrong_type"),
        (with(activity(), "n_total", json!(4.5)), "record.bad_number"),
        (with(activity(), "n_total", json!([42])), "record.wrong_type"),
        (with(activity(), "title", json!(21)), "record.wrong_type"),
        (with(activity(), "title", json!({"a": 1})), "record.wrong_type"),
        (with(activity(), "n_total", json!(-1)), "record.out_of_range"),
        (with(activity(), "n_total", json!(20_001)), "record.out_of_range"),
        (with(activity(), "topic", json!("khong_co")), "record.unknown_code"),
        (with(activity(), "held_on", json!("2018-02-30")), "record.bad_date"),
        (with(activity(), "held_on", json!("05/02/2026")), "record.bad_date"),
        (with(activity(), "held_on", json!("")), "record.bad_date"),
        (with(activity(), "title", json!("a\u{0}b")), "record.control_character"),
        (with(activity(), "title", json!("a\u{7}b")), "record.control_character"),
        (with(activity(), "title", json!("a".repeat(201))), "record.too_long"),
        (with(activity(), "n_women", json!(43)), "record.rule"),
        (without(activity(), "title"), "record.required"),
        (without(activity(), "held_on"), "record.required"),
    ];
    for (bytes, code) in cases {
        register.refuses(kind, bytes, code);
    }
    assert_eq!(
        register.cli.ask(&["record", "list", kind]).done().lines.len(),
        1,
        "only the good one is there"
    );
    assert_eq!(register.cli.get(&["verify"])["ok"], true);
}

#[test]
fn bytes_that_are_no_record_are_refused() {
    let register = Register::new();
    let kind = "propaganda_activity";
    register.refuses("khong_co", activity().to_string().as_bytes(), "record.unknown_kind");
    register.refuses(kind, &with(activity(), "title", json!("ă".repeat(5_000_000))), "record.too_long");
    for bytes in [
        b"{\"title\":\"\xff\xfe\"}".as_slice(),
        b"{\"title\":\"a\"",
        b"[1, 2]",
        b"\"title\"",
        b"null",
        b"{\"title\":\"a\", \"title\":\"b\"} trailing",
    ] {
        let before = register.changes();
        let answer = register.add(kind, bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(answer.code, 3, "{shown}: {answer:?}");
        assert!(answer.error_code().is_some(), "{shown} is refused without a code: {answer:?}");
        assert_eq!(register.changes(), before, "{shown}: something was written");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = register.add(kind, format!("{{\"title\":{deep}}}").as_bytes());
    assert_eq!(answer.code, 3, "deep nesting is refused, not a fault: {}", answer.stderr);
}

#[test]
fn a_good_line_among_bad_ones_is_kept_and_each_bad_one_has_its_number() {
    let register = Register::new();
    let bad = with(activity(), "n_total", json!(-1));
    let good = activity().to_string().into_bytes();
    let answer = register.add("propaganda_activity", &[bad.as_slice(), &good, &bad].join(&b'\n'));
    assert_eq!(answer.code, 6, "done, and something waits for a person: {answer:?}");
    assert_eq!(answer.lines.len(), 3, "one answer a line: {answer:?}");
    for (line, answer) in (1..).zip(&answer.lines) {
        assert_eq!(answer["line"], line);
        assert_eq!(answer["id"].is_string(), line == 2, "{answer}");
        assert_eq!(answer["error"]["code"].is_string(), line != 2, "{answer}");
    }
    assert_eq!(register.cli.ask(&["record", "list"]).done().lines.len(), 1);
}

#[test]
fn a_unit_that_is_not_there_that_day_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // Hồng Tiến was merged at the end of 2019; A Lưới 2 is there from July 2025, A Lưới town before.
    for (unit, day, code) in [
        ("20038", Some("2026-01-01"), "unit.not_valid"),
        ("20038", None, "unit.not_valid"),
        ("99999", None, "unit.unknown"),
    ] {
        let cli = Cli::at(folder.path().join(unit));
        let mut words = vec!["init", "--unit", unit, "--officer", "Kăn Hoa"];
        words.extend(day.iter().flat_map(|day| ["--on", day]));
        let answer = cli.ask(&words);
        assert_eq!(answer.code, 3, "{unit} on {day:?}: {answer:?}");
        assert_eq!(answer.error_code().as_deref(), Some(code), "{unit} on {day:?}: {answer:?}");
        assert_ne!(cli.ask(&["status"]).code, 0, "no register was made for {unit}");
    }
    let register = Register::new();
    let before_all_units = with(activity(), "held_on", json!("2017-12-31"));
    register.refuses("propaganda_activity", &before_all_units, "record.unit_not_valid");
}

#[test]
fn a_wrong_pin_is_refused_and_writes_nothing() {
    let register = Register::new();
    let stranger = Cli::at(register.cli.home()).with_pin("135791");
    let answer =
        stranger.ask_with(&["record", "add", "propaganda_activity", "-"], activity().to_string().as_bytes());
    assert_eq!(answer.code, 3, "{answer:?}");
    assert_eq!(answer.error_code().as_deref(), Some("register.wrong_pin"), "{answer:?}");
    assert_eq!(register.cli.ask(&["record", "list"]).done().lines.len(), 0);
}

#[test]
fn wrong_usage_is_not_a_refusal() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path());
    for words in [&["no-such-command"][..], &["record", "add"], &["init"], &["figures"]] {
        assert_eq!(cli.ask(words).code, 2, "{words:?}");
    }
}

#[test]
fn every_kind_refuses_a_value_of_the_wrong_type_in_every_field() {
    let register = Register::new();
    let before = register.changes();
    let kinds = register.cli.ask(&["kinds"]).done().lines;
    assert!(kinds.len() >= 21, "the catalogue has all kinds, not {}", kinds.len());
    for kind in &kinds {
        let id = kind["id"].as_str().expect("a kind has an id");
        let fields = kind["fields"].as_array().expect("a kind has fields");
        let names: Vec<&str> = fields.iter().filter_map(|field| field["id"].as_str()).collect();
        // One line a field, so that a kind costs one start of the program.
        let lines = names.iter().map(|name| json!({ *name: { "not": "a value" } }).to_string());
        let answer = register.add(id, lines.collect::<Vec<_>>().join("\n").as_bytes());
        assert_eq!(answer.code, 3, "{id}: {answer:?}");
        assert_eq!(answer.lines.len(), names.len(), "{id}: one answer a line");
        for (name, line) in names.iter().zip(&answer.lines) {
            let first = &line["error"]["params"];
            let about_the_value =
                ["wrong_type", "bad_number", "bad_date", "unknown_code", "unknown_reference"];
            let said =
                first["issue"].as_str().and_then(|code| code.strip_prefix("record.")).unwrap_or_default();
            assert!(first["field"] == **name && about_the_value.contains(&said), "{id}.{name}: {line}");
        }
    }
    assert_eq!(register.changes(), before, "something was written");
}
