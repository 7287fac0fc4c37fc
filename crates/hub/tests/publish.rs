//! What `catalogue publish` says, when something else is not as it should be.

mod rig;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use rig::{CATALOGUE, Rig, unit};
use sohoi_domain::Hlc;
use sohoi_domain::catalogue::{Pack, Part};
use sohoi_hub_db::{Accepted, Gist, NewBatch};
use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::message::Pull;
use sohoi_protocol::{BatchHeader, Receipt};

// As acknowledged as any, and no batch.
fn accept_damaged(rig: &Rig) {
    let (pen, _) = rig.town(1);
    let header = BatchHeader {
        device: pen.device,
        first_seq: 1,
        count: 1,
        catalogue: 1,
        base_hlc: Hlc(1),
        dictionary: 0,
    };
    let receipt = Receipt {
        device: pen.device.0,
        first_seq: 1,
        count: 1,
        chain: [3; 32],
        epoch: 1,
        at_ms: 1,
        signature: [0; 64],
    };
    let accepted = rig.hub.db.accept_batch(&NewBatch {
        header: &header,
        unit: &pen.unit,
        scope: &[pen.unit.clone()].into(),
        previous: &pen.chain,
        bytes: b"spoilt",
        gist: &Gist::default(),
        receipt: &receipt,
    });
    assert!(matches!(accepted, Ok(Accepted::Stored)), "{accepted:?}");
}

fn newer_catalogue(folder: &Path, n_versions: u32) {
    for (path, text) in Pack::embedded().files() {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        let text = match path {
            "catalogue.toml" => {
                let was = format!("version = {}\n", CATALOGUE.version);
                text.replace(&was, &format!("version = {}\n", CATALOGUE.version + n_versions))
            }
            "units.toml" => {
                let name = &CATALOGUE.units.get(&unit("20044", "2026-01-01")).expect("a unit").name;
                text.replacen(
                    &format!("name = \"{name}\""),
                    &format!("name = \"Another name {n_versions}\""),
                    1,
                )
            }
            _ => text.to_owned(),
        };
        std::fs::write(file, text).expect("a file can be written");
    }
}

fn publish(rig: &Rig, from: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sohoi-hub"))
        .arg("--data")
        .arg(rig.folder.path())
        .args(more)
        .args(["catalogue", "publish"])
        .arg(from)
        .output()
        .expect("it runs")
}

#[test]
fn a_batch_that_the_disk_has_spoilt_keeps_no_catalogue_from_being_published() {
    let rig = Rig::new();
    accept_damaged(&rig);
    let from = tempfile::tempdir().expect("a folder");
    newer_catalogue(from.path(), 1);
    let said = publish(&rig, from.path(), &["--lang", "en"]);
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{out}{err}");
    assert!(out.contains("Published version 2"), "{out}");
    assert!(!err.contains("do not publish it again"), "the figures are made anew without it: {err}");
    assert_eq!(rig.hub.db.spoilt().expect("a read").len(), 1, "and it is named");
    let again = publish(&rig, from.path(), &["--json"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("catalogue.not_newer"), "it is published");
}

#[test]
fn units_go_down_with_the_catalogue_that_they_stand_on_until_that_was_told_once() {
    let rig = Rig::new();
    let from = tempfile::tempdir().expect("a folder");
    let told = || {
        let units = BTreeSet::from([unit("20044", "2026-01-01")]);
        let pulls = rig.hub.db.bulletins(0, &units, 1 << 22).expect("a read").0;
        let body = |pull: &Pull| match Bulletin::of_pull(pull).expect("it is read").body {
            Body::Release(release) => (release.part, release.version),
            other => panic!("{other:?}"),
        };
        pulls.iter().map(body).collect::<Vec<_>>()
    };
    let v = CATALOGUE.version;
    for (n, expected) in [
        (1, [(Part::Whole, v + 1), (Part::Units, v + 1)]),
        // The units of before are overtaken by these.
        (2, [(Part::Whole, v + 1), (Part::Units, v + 2)]),
    ] {
        newer_catalogue(from.path(), n);
        let said = publish(&rig, from.path(), &["--json"]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        assert!(String::from_utf8_lossy(&said.stdout).contains("\"part\":\"units\""));
        assert_eq!(told(), expected);
    }
}

#[test]
fn what_a_catalogue_breaks_is_told_by_codes_and_to_people_in_their_words() {
    let rig = Rig::new();
    let from = tempfile::tempdir().expect("a folder");
    newer_catalogue(from.path(), 1);
    let list = from.path().join("lists/sex.toml");
    let text = std::fs::read_to_string(&list).expect("a list");
    std::fs::write(&list, text.replace("code = \"male\"", "code = \"man\"")).expect("a file can be written");
    let said = |more: &[&str]| {
        let said = publish(&rig, from.path(), more);
        assert_eq!(said.status.code(), Some(3));
        String::from_utf8_lossy(&said.stderr).into_owned()
    };
    let json = said(&["--json"]);
    assert!(json.contains(r#""params":{"name":"sex.male","what":"code"}"#), "{json}");
    assert!(said(&[]).contains("mục của danh sách sex.male mà phiếu cũ còn dựa vào"));
    assert!(said(&["--lang", "en"]).contains("the item of a list sex.male, which older records stand on"));
}
