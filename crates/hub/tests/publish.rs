//! What `catalogue publish` says, when something else is not as it should be.

mod rig;

use std::path::Path;
use std::process::{Command, Output};

use rig::{CATALOGUE, Rig, unit};
use sohoi_domain::Hlc;
use sohoi_domain::catalogue::Pack;
use sohoi_hub_db::{Accepted, NewBatch};
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
        changes: &[],
        receipt: &receipt,
    });
    assert!(matches!(accepted, Ok(Accepted::Stored)), "{accepted:?}");
}

fn newer_catalogue(folder: &Path) {
    for (path, text) in Pack::embedded().files() {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        let text = match path {
            "catalogue.toml" => {
                let was = format!("version = {}\n", CATALOGUE.version);
                text.replace(&was, &format!("version = {}\n", CATALOGUE.version + 1))
            }
            "units.toml" => {
                let name = &CATALOGUE.units.get(&unit("20044", "2026-01-01")).expect("a unit").name;
                text.replacen(&format!("name = \"{name}\""), "name = \"Another name\"", 1)
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
fn what_was_published_is_said_to_be_also_when_the_figures_cannot_be_made_anew() {
    let rig = Rig::new();
    accept_damaged(&rig);
    let from = tempfile::tempdir().expect("a folder");
    newer_catalogue(from.path());
    let said = publish(&rig, from.path(), &["--lang", "en"]);
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{out}{err}");
    assert!(out.contains("Published version 2"), "{out}");
    assert!(err.contains("do not publish it again") && err.contains("damaged"), "{err}");
    let again = publish(&rig, from.path(), &["--json"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("catalogue.not_newer"), "it is published");
}
