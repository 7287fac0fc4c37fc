//! What the province says reaches the communes that it is for, over the line and by file, once and in order.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sohoi_app::App;
use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::{FORMAT, Pack, Part, Published, Target};
use sohoi_hub::release;
use sohoi_hub_db::{HubDb, NewBulletin};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bulletin::{Body, Bulletin, Scope};
use sohoi_protocol::sign::Signer;
use sohoi_store::{BulletinEffect, BulletinRow, Operation, Register, Unlock, Writer};
use sohoi_testkit::{ADMIN, Cli, Hub, Line, PIN, text, until};
use sohoi_tests::activity;
use sohoi_tests::office::Office;

const A_LUOI: &str = "20044";
const OTHER: &str = "20056";

fn file(office: &Office, name: &str, content: &str) -> String {
    let path = office.path(name);
    fs::write(&path, content).expect("a file can be written");
    text(&path).to_owned()
}

/// Sets targets of 2026 for all, or for a unit.
fn set_targets(office: &Office, rows: &[(&str, i64, Option<&str>)]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(indicator, total, unit)| {
            json!({"indicator": indicator, "period": "2026", "calendar": "union", "source": "locality",
                "total": total, "unit": unit})
        })
        .collect();
    let file = file(office, "targets.json", &json!(rows).to_string());
    office.hub.ask(&["target", "set", &file]).done().one()
}

fn target(cli: &Cli, indicator: &str) -> Value {
    let found = cli.get(&["figures", "--period", "2026", "--indicator", indicator]);
    found["figures"][0]["target"].clone()
}

fn bulletins(cli: &Cli) -> Value {
    cli.sync()["pulled"]["bulletins"].clone()
}

#[test]
fn targets_set_at_the_hub_stand_in_the_communes_after_a_sync() {
    let office = Office::start("bulletin-targets");
    let (one, other) = (office.register("one", A_LUOI), office.register("other", OTHER));
    assert_eq!(
        (bulletins(&one), target(&one, "TT01"), target(&one, "DN01")),
        (0.into(), 3.into(), Value::Null)
    );

    let set =
        set_targets(&office, &[("TT01", 40, Some(A_LUOI)), ("DN01", 9, Some(OTHER)), ("GD01", 500, None)]);
    assert_eq!((&set["targets"], &set["bulletins"]), (&3.into(), &3.into()), "{set}");
    assert_eq!(bulletins(&one), 2, "those for all and those for itself");
    assert_eq!((target(&one, "TT01"), target(&one, "DN01")), (40.into(), Value::Null));
    assert_eq!(bulletins(&one), 0, "nothing comes twice");
    assert_eq!(bulletins(&other), 2);
    assert_eq!((target(&other, "TT01"), target(&other, "DN01")), (3.into(), 9.into()));

    assert_eq!(set_targets(&office, &[("GD01", 500, None)])["bulletins"], 0, "they know that already");
    set_targets(&office, &[("TT01", 41, Some(A_LUOI))]);
    set_targets(&office, &[("TT01", 42, Some(A_LUOI)), ("DN01", 7, Some(A_LUOI))]);
    assert_eq!(bulletins(&other), 0);
    assert_eq!(bulletins(&one), 1, "the last word says it all");
    assert_eq!((target(&one, "TT01"), target(&one, "DN01")), (42.into(), 7.into()));
    let figure = one.get(&["figures", "--period", "2026", "--indicator", "TT01"]);
    one.add("propaganda_activity", &activity("Buổi thứ nhất"));
    let after = one.get(&["figures", "--period", "2026", "--indicator", "TT01"]);
    assert_eq!((&figure["figures"][0]["percent"], &figure["figures"][0]["value"]), (&0.into(), &0.into()));
    assert!(after["figures"][0]["percent"].as_f64().is_some_and(|n| n > 2.0 && n < 3.0), "{after}");
    assert_eq!(one.get(&["verify"])["ok"], true);
    assert_eq!(office.hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn a_commune_without_a_line_hears_by_the_answer_to_its_file() {
    let office = Office::start("bulletin-file");
    let cli = office.register("one", A_LUOI);
    set_targets(&office, &[("TT01", 40, Some(A_LUOI)), ("DN01", 9, Some(OTHER))]);
    let answers = ["1", "2"].map(|n| {
        cli.add("propaganda_activity", &activity(n));
        let (bundle, answer) = (office.path(n), office.path(&format!("{n} back")));
        cli.get(&["bundle", "out", text(&bundle)]);
        office.hub.ask(&["bundle", "accept", text(&bundle), "--receipt", text(&answer)]).done();
        set_targets(&office, &[("TT01", 50, Some(A_LUOI))]);
        answer
    });
    let take = |answer: &Path| cli.get(&["bundle", "in", text(answer)])["pulled"]["bulletins"].clone();
    assert_eq!((take(&answers[1]), target(&cli, "TT01")), (1.into(), 50.into()));
    assert_eq!(
        (take(&answers[0]), target(&cli, "TT01")),
        (0.into(), 50.into()),
        "the older answer is overtaken"
    );
    assert_eq!((take(&answers[1]), bulletins(&cli)), (0.into(), 0.into()), "nor does anything come twice");
    assert_eq!((target(&cli, "TT01"), target(&cli, "DN01")), (50.into(), Value::Null));
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

fn heard(cli: &Cli) -> Vec<Value> {
    cli.ask(&["bulletins"]).done().lines
}

#[test]
fn a_comment_reaches_the_commune_that_it_is_for_and_no_other() {
    let office = Office::start("bulletin-comment");
    let (one, other) = (office.register("one", A_LUOI), office.register("other", OTHER));
    let words = file(&office, "words.txt", "Xem lại số người dự.\r\nHai buổi cùng ngày?\n");
    let id = one.add("propaganda_activity", &activity("Buổi thứ nhất"));
    let comment = ["comment", "add", "--text-file", &words];
    let about = ["--unit", A_LUOI, "--period", "2026-02", "--indicator", "TT01P", "--record", &id];
    let first = office.hub.ask(&[&comment[..], &about].concat()).done().one();
    assert_eq!(first["unit"]["code"], A_LUOI, "{first}");
    let number = first["bulletin"].to_string();
    let to_all = [&comment[..], &["--account", ADMIN, "--reply-to", &number]].concat();
    office.hub.ask(&to_all).done();

    assert_eq!((bulletins(&one), bulletins(&other)), (2.into(), 1.into()));
    let [later, earlier] = &heard(&one)[..] else { panic!("{:?}", heard(&one)) };
    assert_eq!(
        (&earlier["kind"], &earlier["text"]),
        (&"comment".into(), &"Xem lại số người dự.\nHai buổi cùng ngày?".into())
    );
    let about = ["period", "calendar", "indicator", "record"].map(|key| earlier[key].clone());
    assert_eq!(about, [json!("2026-02"), json!("union"), json!("TT01P"), json!(id)]);
    assert_eq!((&later["author"], &later["reply_to"]), (&ADMIN.into(), &first["bulletin"]));
    assert_eq!(
        heard(&other).as_slice(),
        std::slice::from_ref(later),
        "what is for one commune is not told to another"
    );
    assert_eq!((bulletins(&one), heard(&one).len()), (0.into(), 2));
}

#[test]
fn a_period_is_accepted_or_returned_and_the_commune_reads_why() {
    let office = Office::start("bulletin-period");
    let (one, other) = (office.register("one", A_LUOI), office.register("other", OTHER));
    let note = file(&office, "note.txt", "Thiếu số của tháng hai");
    let returned = ["period", "return", "2026-Q1", "--unit", A_LUOI, "--note-file", &note];
    assert_eq!(office.hub.ask(&returned).done().one()["state"], "returned");
    let accepted = office.hub.ask(&["period", "accept", "2018", "--unit", A_LUOI]).done().one();
    // In 2018 the code was another unit's, which this commune grew out of.
    assert_ne!(accepted["unit"]["valid_from"], "2025-07-01", "{accepted}");
    assert_eq!((bulletins(&one), bulletins(&other)), (2.into(), 0.into()));
    let said: Vec<_> = heard(&one)
        .iter()
        .map(|said| [&said["kind"], &said["period"], &said["text"]].map(Value::to_string))
        .collect();
    let expected = [["accepted", "2018", ""], ["returned", "2026-Q1", "Thiếu số của tháng hai"]];
    assert_eq!(said, expected.map(|row| row.map(|text| json!(text).to_string())));

    let refused = |words: &[&str], code: &str| {
        let answer = office.hub.ask(words);
        assert_eq!(answer.error_code().as_deref(), Some(code), "{answer:?}");
        assert_ne!(answer.code, 0);
    };
    refused(&["period", "accept", "2018-13", "--unit", A_LUOI], "figures.unknown_period");
    refused(&["period", "accept", "2018", "--unit", "1"], "unit.unknown");
    refused(&["period", "accept", "2018", "--unit", A_LUOI, "--account", "nobody"], "auth.unknown_account");
    let long = file(&office, "long.txt", &"dài ".repeat(3_000));
    refused(&["comment", "add", "--text-file", &long], "bulletin.too_large");
    let empty = file(&office, "empty.txt", " \n");
    refused(&["comment", "add", "--text-file", &empty], "usage.bad_file");
    assert_eq!(bulletins(&one), 0);
}

#[test]
fn what_only_a_newer_program_understands_is_kept_and_said() {
    let office = Office::start("bulletin-newer");
    let cli = office.register("one", A_LUOI);
    publish(&office.hub, Body::Newer { kind: 900, bytes: vec![1, 2, 3] }, None);
    set_targets(&office, &[("TT01", 40, Some(A_LUOI))]);
    assert_eq!((bulletins(&cli), target(&cli, "TT01")), (2.into(), 40.into()), "what follows is done");
    assert_eq!(cli.get(&["status"])["for_newer_program"], 1);
    let [_, newer] = &heard(&cli)[..] else { panic!("{:?}", heard(&cli)) };
    assert_eq!((&newer["kind"], &newer["for_newer_program"]), (&"unknown".into(), &true.into()));
    assert_eq!(bulletins(&cli), 0);
}

/// A catalogue's folder of another version, with changes.
fn catalogue(office: &Office, version: u32, changes: &[(&str, &str, &str)]) -> String {
    let folder = office.path(&format!("catalogue-{version}"));
    for (path, text) in Pack::embedded().files() {
        let text = match path {
            "catalogue.toml" => text.replace("version = 1\n", &format!("version = {version}\n")),
            _ => text.to_owned(),
        };
        let text = changes.iter().filter(|change| change.0 == path).fold(text, |text, (_, from, to)| {
            assert!(text.contains(from), "{path} has no {from}");
            text.replacen(from, to, 1)
        });
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(file, text).expect("a file can be written");
    }
    text(&folder).to_owned()
}

/// What is asked of the hub right after a new catalogue may find it on its way there.
fn sync_once_it_follows(cli: &Cli) -> Value {
    let synced = || Some(cli.ask(&["sync"])).filter(|answer| answer.code == 0);
    until(Duration::from_secs(30), "the hub goes on with the newer catalogue", synced).one()
}

const WOMEN: (&str, &str, &str) =
    ("indicators.toml", "sum = \"propaganda_activity.n_total\"", "sum = \"propaganda_activity.n_women\"");
const FIELD: (&str, &str, &str) = (
    "kinds/mediation.toml",
    "[[field]]\n",
    "[[field]]\nid = \"n_hours\"\nnum = 90\ntype = \"integer\"\n\
     label = { vi = \"Số giờ\", en = \"Hours\" }\n\n[[field]]\n",
);
const UNIT: (&str, &str, &str) = ("units.toml", "name = \"Xã A Lưới 2\"", "name = \"Xã A Lưới Hai\"");

#[test]
fn a_catalogue_that_the_province_publishes_is_worked_with_from_then_on() {
    let office = Office::start("bulletin-catalogue");
    let cli = office.register("one", A_LUOI);
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    assert_eq!(bulletins(&cli), 0);
    let women = |figures: Value| figures["figures"][0]["value"].clone();
    let here = || women(cli.get(&["figures", "--period", "2026", "--indicator", "TT01P"]));
    let there = || {
        let found = office.hub.figures(A_LUOI, "2026", "union");
        let figure = found["figures"].as_array().into_iter().flatten().find(|f| f["indicator"] == "TT01P");
        figure.expect("the indicator")["value"].clone()
    };
    assert_eq!((here(), there()), (42.into(), 42.into()));

    let packed = text(&office.path("catalogue.pack")).to_owned();
    let folder = catalogue(&office, 2, &[WOMEN, FIELD]);
    let made = office.hub.ask(&["catalogue", "pack", &folder, "--out", &packed]).done().one();
    let published = office.hub.ask(&["catalogue", "publish", &packed]).done().one();
    assert_eq!((&published["version"], &published["part"]), (&2.into(), &"whole".into()), "{published}");
    assert_eq!(published["digest"], made["digest"]);
    assert_eq!((here(), there()), (42.into(), 40.into()), "the commune has not heard of it");
    assert_eq!(sync_once_it_follows(&cli)["pulled"]["bulletins"], 1);
    assert_eq!(here(), 40);
    assert_eq!(cli.get(&["status"])["catalogue"], json!({"version": 2, "behind": false}));
    let mediation = cli.get(&["kinds", "mediation"]).to_string();
    assert!(mediation.contains("\"n_hours\""), "what can be recorded is the register's: {mediation}");

    let record = json!({"held_on": "2026-03-01", "topic": "bao_luc_gia_dinh", "n_cases": 2, "n_settled": 1, "n_hours": 3});
    let id = cli.add("mediation", &record);
    // A form that was open when the catalogue came does not know of the field.
    let mut form = cli.get(&["record", "get", &id])["fields"].as_object().expect("fields").clone();
    form.remove("n_hours").expect("the new field");
    let app = App::new(cli.home());
    app.unlock(PIN).expect("it opens");
    app.record_replace(id.parse().expect("an id"), &form, None, None).expect("it is saved");
    drop(app);

    cli.add("propaganda_activity", &activity("Buổi thứ hai"));
    assert_eq!(sync_once_it_follows(&cli)["state"], "up_to_date");
    assert_eq!(cli.get(&["record", "get", &id])["fields"]["n_hours"], 3);
    assert_eq!((here(), there()), (80.into(), 80.into()));
    let second = office.register("second", A_LUOI);
    assert_eq!(
        (bulletins(&second), second.get(&["status"])["catalogue"]["version"].clone()),
        (1.into(), 2.into())
    );
    assert_eq!(cli.get(&["verify"])["ok"], true);
    assert_eq!(office.hub.ask(&["verify"]).done().one()["ok"], true);

    let refused = |changes: &[(&str, &str, &str)], version, code: &str| {
        let answer = office.hub.ask(&["catalogue", "publish", &catalogue(&office, version, changes)]);
        assert_eq!((answer.code, answer.error_code().as_deref()), (3, Some(code)), "{answer:?}");
    };
    refused(&[WOMEN, FIELD], 2, "catalogue.not_newer");
    refused(&[], 3, "catalogue.breaks");
    refused(&[WOMEN, FIELD, ("units.toml", "units = [", "units = [[")], 4, "catalogue.invalid");
    assert_eq!(bulletins(&cli), 0);
}

#[test]
fn a_program_too_old_for_a_catalogue_says_so_and_takes_the_units_all_the_same() {
    let office = Office::start("bulletin-too-old");
    let cli = office.register("one", A_LUOI);
    let units = office.hub.ask(&["catalogue", "publish", &catalogue(&office, 2, &[UNIT])]).done().one();
    assert_eq!(units["part"], "units", "{units}");
    assert_eq!(sync_once_it_follows(&cli)["pulled"]["bulletins"], 2, "with the catalogue that they stand on");
    let status = cli.get(&["status"]);
    assert_eq!(
        (&status["unit"]["name"], &status["catalogue"]["version"]),
        (&"Xã A Lưới Hai".into(), &2.into())
    );

    let old = office.register("old", A_LUOI);
    let whole = Published { part: Part::Whole, version: 3, format: FORMAT + 1, files: Pack::embedded() };
    publish(&office.hub, Body::Release(whole), None);
    assert_eq!((bulletins(&old), bulletins(&cli)), (3.into(), 1.into()));
    for cli in [&old, &cli] {
        let status = cli.get(&["status"]);
        assert_eq!(status["catalogue"], json!({"version": 2, "behind": true}), "{status}");
        assert_eq!(status["unit"]["name"], "Xã A Lưới Hai");
        cli.add("propaganda_activity", &activity("Vẫn ghi được"));
        assert_eq!((bulletins(cli), cli.get(&["verify"])["ok"].clone()), (0.into(), true.into()));
    }
    // Nor does the hub's own program go back to older definitions.
    let answer = office.hub.ask(&["figures", "--unit", A_LUOI, "--period", "2026"]);
    assert_eq!(answer.error_code().as_deref(), Some("catalogue.too_new"), "{answer:?}");
}

/// What one hub said is nothing at another, and stands again at the first.
#[test]
fn a_register_that_goes_over_to_another_hub_has_that_ones_targets_and_catalogue() {
    let office = Office::start("bulletin-first-hub");
    let other = Hub::start("bulletin-second-hub");
    let cli = office.register("one", A_LUOI);
    set_targets(&office, &[("TT01", 7, Some(A_LUOI))]);
    office.hub.ask(&["catalogue", "publish", &catalogue(&office, 2, &[UNIT])]).done();
    assert_eq!(bulletins(&cli), 3);
    let seen = || (target(&cli, "TT01"), cli.get(&["status"])["unit"]["name"].clone());
    let of_first = seen();
    assert_eq!(of_first, (json!(7), json!("Xã A Lưới Hai")));
    cli.enrol(&other.address(), &other.code(A_LUOI));
    assert_eq!(seen(), (json!(3), json!("Xã A Lưới 2")), "what the program itself has");
    cli.enrol(&office.hub.address(), &office.hub.code(A_LUOI));
    assert_eq!(seen(), of_first);
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

/// A program that was too old for a bulletin kept it; the one that it is updated to does what it says.
#[test]
fn what_an_older_program_kept_is_done_by_the_next_one_when_it_opens_the_register() {
    let office = Office::start("bulletin-updated");
    let cli = office.register("one", A_LUOI);
    let kept = Target {
        indicator: "TT01".into(),
        period: "2026".into(),
        calendar: "union".into(),
        source: "locality".into(),
        per_unit: None,
        total: Some(40),
        unit: Some(A_LUOI.into()),
    };
    let scope = Some(Scope { code: A_LUOI.into(), valid_from: None });
    let bulletin = Bulletin { number: 5, made_at_ms: 5, scope, body: Body::Targets(vec![kept]) };
    let row = BulletinRow {
        number: 5,
        kind: Body::TARGETS,
        made_at_ms: 5,
        received_at_ms: 5,
        applied: false,
        content: bulletin.encode().expect("it is short"),
        signature: [0; 64],
    };
    let catalogue = Arc::new(Catalogue::embedded());
    let mut register = Register::open(cli.home(), catalogue, Unlock::Pin(PIN), 5).expect("it opens");
    let older = |writer: &mut Writer| writer.take_bulletin(&row, &BulletinEffect::Later);
    register.transact(Operation::BulletinTake, 5, older).expect("it is kept");
    assert_eq!(register.n_bulletins_for_later().expect("a read"), 1);
    drop(register);

    assert_eq!(
        (target(&cli, "TT01"), cli.get(&["status"])["for_newer_program"].clone()),
        (40.into(), 0.into())
    );
    set_targets(&office, &[("TT01", 41, Some(A_LUOI))]);
    assert_eq!((bulletins(&cli), target(&cli, "TT01")), (1.into(), 41.into()));
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

/// Puts a bulletin for one commune into the hub's database, signed by another key when there is one.
fn publish(hub: &Hub, body: Body, key: Option<[u8; 32]>) {
    let path = hub.data().join("hub.db");
    let composed = release::composed(&SqliteHub::releases(&path).expect("a hub")).expect("its catalogue");
    let db = SqliteHub::open(&path, composed.catalogue).expect("a hub");
    let key = key.unwrap_or_else(|| db.hub().expect("a hub").secret_key);
    let scope = Scope { code: A_LUOI.into(), valid_from: None };
    let write = |number| {
        let bulletin = Bulletin { number, made_at_ms: 1, scope: Some(scope.clone()), body: body.clone() };
        Bulletin::sign(number, bulletin.encode().expect("it is short"), &Signer::new(&key))
    };
    let new = NewBulletin {
        kind: body.kind(),
        scope: Some(&scope),
        topic: None,
        follows: None,
        at_ms: 1,
        actor: "nobody",
    };
    db.publish(&new, &write).expect("it is published");
}

/// Whatever byte of an answer's frames is altered on its way.
#[test]
fn a_bulletin_altered_on_the_way_is_not_taken_for_what_the_province_said() {
    let office = Office::start("bulletin-altered");
    let line = Line::before(office.hub.port());
    let cli = office.register_at("one", A_LUOI, &line.address());
    set_targets(&office, &[("TT01", 1, Some(A_LUOI))]);
    let before = line.n_bytes().1;
    assert_eq!(bulletins(&cli), 1);
    let length = line.n_bytes().1 - before;
    let mut last = 1;
    let mut n_refused = 0;
    // What comes before is HTTP's.
    for byte in (length.saturating_sub(330)..length).step_by(29) {
        set_targets(&office, &[("TT01", last + 1, Some(A_LUOI))]);
        line.flip_answer(byte);
        let answer = cli.ask(&["sync"]);
        assert!(line.has_flipped(), "byte {byte} of {length} was sent");
        n_refused += i32::from(answer.code != 0);
        let now = target(&cli, "TT01");
        assert!(now == last || now == last + 1, "byte {byte}: {now} after {last}, {answer:?}");
        bulletins(&cli);
        last += 1;
        assert_eq!(target(&cli, "TT01"), last, "after byte {byte}");
    }
    assert!(n_refused > 5, "{n_refused} refused");
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

#[test]
fn a_line_that_breaks_in_a_catalogue_brings_it_with_the_next_try() {
    let office = Office::start("bulletin-cut");
    let line = Line::before(office.hub.port());
    let cli = office.register_at("one", A_LUOI, &line.address());
    set_targets(&office, &[("TT01", 40, Some(A_LUOI))]);
    office.hub.ask(&["catalogue", "publish", &catalogue(&office, 2, &[WOMEN])]).done();
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    // The hub that runs follows its newest catalogue in a moment.
    let synced = until(Duration::from_secs(30), "the line breaks in the catalogue", || {
        line.cut_answer_after(&[12_000]);
        let synced = cli.get(&["sync"]);
        (line.n_answer_cuts_left() == 0).then_some(synced)
    });
    assert!(synced["round_trips"].as_i64() > Some(1), "it went on by itself: {synced}");
    assert_eq!(
        (cli.get(&["status"])["catalogue"]["version"].clone(), target(&cli, "TT01")),
        (2.into(), 40.into())
    );
    assert_eq!(bulletins(&cli), 0, "all of it came, and once");
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

#[test]
fn what_the_hub_did_not_sign_is_refused_and_nothing_of_it_stands() {
    let office = Office::start("bulletin-forged");
    let cli = office.register("one", A_LUOI);
    set_targets(&office, &[("TT01", 40, Some(A_LUOI))]);
    let forged = Target {
        indicator: "TT01".into(),
        period: "2026".into(),
        calendar: "union".into(),
        source: "locality".into(),
        per_unit: None,
        total: Some(1),
        unit: Some(A_LUOI.into()),
    };
    publish(&office.hub, Body::Targets(vec![forged]), Some([5; 32]));
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    for _ in 0..2 {
        let answer = cli.ask(&["sync"]);
        assert_eq!(
            (answer.code, answer.error_code().as_deref()),
            (5, Some("sync.bad_bulletin")),
            "{answer:?}"
        );
        assert_eq!(target(&cli, "TT01"), 40, "what came before it stands");
    }
    assert_eq!(cli.get(&["status"])["unsent"], 0, "what was sent is received all the same");
    let verified = office.hub.ask(&["verify"]).one();
    assert_eq!(verified["ok"], false, "{verified}");
    assert!(verified["differences"].to_string().contains("bulletin"), "{verified}");
}
