//! What the province says reaches the communes that it is for, over the line and by file, once and in order.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::Target;
use sohoi_hub_db::{HubDb, NewBulletin};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bulletin::{Body, Bulletin, Scope};
use sohoi_protocol::sign::Signer;
use sohoi_testkit::{Cli, Hub};
use sohoi_tests::activity;

const A_LUOI: &str = "20044";
const OTHER: &str = "20056";

struct Office {
    folder: tempfile::TempDir,
    hub: Hub,
}

impl Office {
    fn start(name: &str) -> Office {
        Office { folder: tempfile::tempdir().expect("a temporary folder can be made"), hub: Hub::start(name) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn register(&self, name: &str, unit: &str) -> Cli {
        let cli = Cli::at(self.path(name));
        cli.init(unit);
        cli.get(&["enrol", "--hub", &self.hub.address(), "--code", &self.hub.code(unit)]);
        cli
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("a file can be written");
        text(&path).to_owned()
    }

    /// Sets targets of 2026 for all, or for a unit.
    fn set_targets(&self, rows: &[(&str, i64, Option<&str>)]) -> Value {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(indicator, total, unit)| {
                json!({"indicator": indicator, "period": "2026", "calendar": "union", "source": "locality",
                    "total": total, "unit": unit})
            })
            .collect();
        let file = self.file("targets.json", &json!(rows).to_string());
        self.hub.ask(&["target", "set", &file]).done().one()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

fn target(cli: &Cli, indicator: &str) -> Value {
    let found = cli.get(&["figures", "--period", "2026", "--indicator", indicator]);
    found["figures"][0]["target"].clone()
}

fn sync(cli: &Cli) -> Value {
    let done = cli.get(&["sync"]);
    assert_eq!(done["state"], "up_to_date", "{done}");
    done["pulled"]["bulletins"].clone()
}

#[test]
fn targets_set_at_the_hub_stand_in_the_communes_after_a_sync() {
    let office = Office::start("bulletin-targets");
    let (one, other) = (office.register("one", A_LUOI), office.register("other", OTHER));
    assert_eq!((sync(&one), target(&one, "TT01"), target(&one, "DN01")), (0.into(), 3.into(), Value::Null));

    let set =
        office.set_targets(&[("TT01", 40, Some(A_LUOI)), ("DN01", 9, Some(OTHER)), ("GD01", 500, None)]);
    assert_eq!((&set["targets"], &set["bulletins"]), (&3.into(), &3.into()), "{set}");
    assert_eq!(sync(&one), 2, "those for all and those for itself");
    assert_eq!((target(&one, "TT01"), target(&one, "DN01")), (40.into(), Value::Null));
    assert_eq!(sync(&one), 0, "nothing comes twice");
    assert_eq!(sync(&other), 2);
    assert_eq!((target(&other, "TT01"), target(&other, "DN01")), (3.into(), 9.into()));

    assert_eq!(office.set_targets(&[("GD01", 500, None)])["bulletins"], 0, "they know that already");
    office.set_targets(&[("TT01", 41, Some(A_LUOI))]);
    office.set_targets(&[("TT01", 42, Some(A_LUOI)), ("DN01", 7, Some(A_LUOI))]);
    assert_eq!(sync(&other), 0);
    assert_eq!(sync(&one), 1, "the last word says it all");
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
    office.set_targets(&[("TT01", 40, Some(A_LUOI)), ("DN01", 9, Some(OTHER))]);
    let answers = ["1", "2"].map(|n| {
        cli.add("propaganda_activity", &activity(n));
        let (bundle, answer) = (office.path(n), office.path(&format!("{n} back")));
        cli.get(&["bundle", "out", text(&bundle)]);
        office.hub.ask(&["bundle", "accept", text(&bundle), "--receipt", text(&answer)]).done();
        office.set_targets(&[("TT01", 50, Some(A_LUOI))]);
        answer
    });
    let take = |answer: &Path| cli.get(&["bundle", "in", text(answer)])["pulled"]["bulletins"].clone();
    assert_eq!((take(&answers[1]), target(&cli, "TT01")), (1.into(), 50.into()));
    assert_eq!(
        (take(&answers[0]), target(&cli, "TT01")),
        (0.into(), 50.into()),
        "the older answer is overtaken"
    );
    assert_eq!((take(&answers[1]), sync(&cli)), (0.into(), 0.into()), "nor does anything come twice");
    assert_eq!((target(&cli, "TT01"), target(&cli, "DN01")), (50.into(), Value::Null));
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

/// Puts a bulletin into the hub's database that another key has signed.
fn forge(hub: &Hub, body: Body) {
    let db = SqliteHub::open(&hub.data().join("hub.db"), Arc::new(Catalogue::embedded())).expect("a hub");
    let scope = Scope { code: A_LUOI.into(), valid_from: None };
    let write = |number| {
        let bulletin = Bulletin { number, made_at_ms: 1, scope: Some(scope.clone()), body: body.clone() };
        Bulletin::sign(number, bulletin.encode().expect("it is short"), &Signer::new(&[5; 32]))
    };
    let new = NewBulletin { kind: body.kind(), scope: Some(&scope), topic: None, at_ms: 1, actor: "nobody" };
    db.publish(&new, &write).expect("it is published");
}

#[test]
fn what_the_hub_did_not_sign_is_refused_and_nothing_of_it_stands() {
    let office = Office::start("bulletin-forged");
    let cli = office.register("one", A_LUOI);
    office.set_targets(&[("TT01", 40, Some(A_LUOI))]);
    let forged = Target {
        indicator: "TT01".into(),
        period: "2026".into(),
        calendar: "union".into(),
        source: "locality".into(),
        per_unit: None,
        total: Some(1),
        unit: Some(A_LUOI.into()),
    };
    forge(&office.hub, Body::Targets(vec![forged]));
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
