//! A window's desk: the own register and the sample in turn, and no command of the one ends at the other.

use serde_json::{Value, json};
use sohoi_api::Desk;
use tempfile::TempDir;

const PIN: &str = "274189";

struct Rig {
    desk: Desk,
    _folder: TempDir,
}

impl Rig {
    fn ask(&self, command: &str, request: Value) -> Value {
        let answer = self.desk.call(command, request);
        answer.unwrap_or_else(|error| panic!("{command}: {}", error.code))
    }

    fn refused(&self, command: &str, request: Value) -> String {
        self.desk.call(command, request).expect_err(command).code
    }

    fn state(&self) -> Value {
        self.ask("page_begin", json!({}))
    }

    fn open_sample(&self, language: &str) -> Value {
        let settings =
            json!({ "language": language, "calendar": "union", "theme": "dark", "text_percent": 115 });
        self.ask("sample_open", json!({ "settings": settings }))
    }

    fn n_records(&self, kind: &str) -> u64 {
        let req = json!({ "kind": kind, "search": null, "period": null, "calendar": null, "indicator": null,
            "offset": 0, "limit": 1 });
        self.ask("record_list", req)["n_total"].as_u64().expect("a number")
    }
}

fn rig() -> Rig {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(&folder.path().join("sổ"), Box::new(|_| {}));
    let rig = Rig { desk, _folder: folder };
    let req = json!({ "unit_code": "20044", "on": null, "officer": "Cán bộ Thử", "pin": PIN });
    rig.ask("register_create", req);
    rig
}

/// A folder that cannot be emptied: another program holds a file in it.
#[test]
fn a_sample_that_cannot_be_made_again_gives_the_own_register_back() {
    let rig = rig();
    rig.open_sample("vi");
    rig.state();
    let sample = rig._folder.path().join("sổ-xem-thu");
    let hidden = sample.with_extension("elsewhere");
    std::fs::rename(&sample, &hidden).expect("it can be moved");
    std::fs::write(&sample, "no folder").expect("a file can be written");
    rig.refused("sample_reset", json!({}));
    let state = rig.state();
    assert_eq!((&state["sample"], &state["state"]), (&Value::Null, &json!("locked")), "{state}");
    rig.ask("register_unlock", json!({ "pin": PIN }));
}

#[test]
fn the_sample_stands_in_the_place_of_the_register_and_leaves_it_locked() {
    let rig = rig();
    assert_eq!(rig.state()["sample"], Value::Null);
    let shown = rig.open_sample("en");
    assert_eq!((&shown["sample"]["step"], &shown["settings"]["theme"]), (&json!(0), &json!("dark")));
    assert_eq!(rig.state()["unit"]["code"], "00000");
    assert!(rig.n_records("member") > 50);

    rig.ask("sample_step", json!({ "step": 4 }));
    let back = rig.ask("sample_leave", json!({}));
    assert_eq!((&back["state"], &back["sample"]), (&json!("locked"), &Value::Null));
    assert_eq!(back["settings"]["language"], "en", "the page goes on in the language that it had");
    assert_eq!(rig.state()["unit"]["code"], "20044");
    assert_eq!(rig.refused("home_get", json!({})), "app.not_open");
    rig.ask("register_unlock", json!({ "pin": PIN }));
    assert_eq!(rig.n_records("member"), 0);
    assert_eq!(rig.state()["settings"]["language"], "vi", "the register has its own again");

    let again = rig.open_sample("vi");
    assert_eq!(again["sample"]["step"], 4, "the tour goes on where it was left");
}

#[test]
fn what_a_page_of_the_other_register_still_sends_is_refused() {
    let rig = rig();
    let draft = json!({ "id": "a", "kind": "member", "record_id": null, "fields": { "full_name": "Thật" } });
    rig.open_sample("vi");
    assert_eq!(rig.refused("draft_save", draft.clone()), "app.busy");
    rig.state();
    let drafts = rig.ask("draft_list", json!({}));
    assert!(!drafts.to_string().contains("Thật"), "{drafts}");
    rig.ask("sample_leave", json!({}));
    assert_eq!(rig.refused("draft_save", draft.clone()), "app.busy");
    rig.state();
    assert_eq!(rig.refused("draft_save", draft), "app.not_open");
}

#[test]
fn the_lock_of_the_sample_is_the_way_out_of_it() {
    let rig = rig();
    rig.open_sample("vi");
    rig.state();
    assert_eq!(rig.ask("register_lock", json!({}))["state"], "locked");
    assert_eq!(rig.state()["unit"]["code"], "20044");
}

#[test]
fn before_the_first_register_there_is_the_sample_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("sổ");
    let rig = Rig { desk: Desk::new(&home, Box::new(|_| {})), _folder: folder };
    rig.open_sample("vi");
    assert_eq!(rig.state()["unit"]["name"], "Xã Mẫu");
    assert_eq!(rig.refused("sync_start", json!({})), "sample.refused");
    assert_eq!(rig.ask("sample_leave", json!({}))["state"], "absent");
    assert!(!home.exists(), "no folder was made for a register that nobody has");
}
