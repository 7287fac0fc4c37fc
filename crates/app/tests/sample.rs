//! The sample beside a register: it holds what it should on any day, leaves the register alone, and goes nowhere.

mod rig;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use sohoi_app::record::UnitChoice;
use sohoi_app::register::{NewRegisterReq, State};
use sohoi_app::sample::sample_home;
use sohoi_app::setting::Settings;
use sohoi_app::sync::EnrolChoice;
use sohoi_app::{App, Day};
use sohoi_domain::figure::{Figure, FigureValue};
use sohoi_store::{EnrolmentRow, Operation};
use tempfile::TempDir;

use rig::object;

/// A register in a folder, and the sample beside it.
struct Desk {
    folder: TempDir,
    own: App,
    sample: App,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("sổ");
    let own = App::new(&home);
    let req = NewRegisterReq {
        unit_code: "20044".into(),
        on: None,
        officer: "Cán bộ Thử".into(),
        pin: rig::PIN.into(),
    };
    own.register_create(&req).expect("a register");
    Desk { sample: App::sample(&home), folder, own }
}

fn opened() -> Desk {
    let desk = desk();
    desk.sample.sample_open(&Settings::default()).expect("the sample");
    desk
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            let content = std::fs::read(entry.path()).expect("a file");
            found.insert(entry.path().display().to_string(), content);
        }
    }
    found
}

fn n_records(app: &App) -> u64 {
    app.counts().expect("an open register").records
}

fn activity() -> serde_json::Map<String, serde_json::Value> {
    object(json!({
        "title": "Thử", "topic": "chinh_tri_tu_tuong", "form": "hop_chi_hoi", "held_on": "2026-02-05", "n_total": 3,
    }))
}

#[test]
fn the_sample_is_full_and_sound_and_no_place_of_this_country() {
    let desk = opened();
    assert!(n_records(&desk.sample) > 250, "{}", n_records(&desk.sample));
    assert!(desk.sample.verify().expect("a check").ok);
    let home = desk.sample.home().expect("a home page");
    assert!(!home.figures.is_empty() && home.figures.iter().all(|figure| figure.target.is_some()));
    let is_done = |figure: &Figure| matches!(figure.value, FigureValue::Whole(n) if n > 0);
    assert!(home.figures.iter().any(is_done), "something was done this year");
    assert_eq!(desk.sample.drafts().expect("drafts").len(), 1);
    let State::Open { unit: Some(unit) } = desk.sample.state().expect("a state") else {
        panic!("it is open")
    };
    let known = sohoi_domain::Catalogue::embedded();
    let is_real = |real: &sohoi_domain::unit::Unit| real.code == unit.code || real.name == unit.name;
    assert!(!known.units.iter().any(is_real), "{}", unit.name);
}

/// The days of its records are counted back from the day on which it is opened.
#[test]
fn the_sample_can_be_made_on_any_day() {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let today = Day::from_unix_ms(i64::try_from(now_ms).expect("a time"), 420);
    // A year in steps of seven weeks: the years, the periods and the laws of the days differ.
    for n in 0..8 {
        let folder = tempfile::tempdir().expect("a folder");
        let sample = App::sample(&folder.path().join("sổ"));
        sample.clock_set(today.plus(n * 46));
        let made = sample.sample_open(&Settings::default());
        assert!(made.is_ok(), "on {}: {made:?}", today.plus(n * 46));
        assert!(sample.verify().expect("a check").ok);
    }
}

#[test]
fn nothing_that_is_done_in_the_sample_touches_the_register_beside_it() {
    let desk = desk();
    desk.own.record_add("propaganda_activity", &activity(), &UnitChoice::Own, None).expect("a record");
    desk.own.lock();
    let home = desk.folder.path().join("sổ");
    let before = files(&home);
    assert!(before.len() > 1, "there is a register");

    desk.sample.sample_open(&Settings::default()).expect("the sample");
    let mine = n_records(&desk.sample);
    desk.sample.record_add("propaganda_activity", &activity(), &UnitChoice::Own, None).expect("a record");
    assert_eq!(n_records(&desk.sample), mine + 1);
    desk.sample.incident_note("AAAAAA", "store.busy");
    desk.sample.back_up_if_due();
    desk.sample.sample_reset().expect("it is made anew");
    assert_eq!(n_records(&desk.sample), mine, "what was written into it is gone");
    desk.sample.lock();

    assert_eq!(files(&home), before, "not a byte of the register's folder has changed");
    assert!(sample_home(&home).join("register.db").exists());
    desk.own.unlock(rig::PIN).expect("the register opens as before");
    assert_eq!(n_records(&desk.own), 1);
}

#[test]
fn what_was_tried_is_there_until_it_is_made_anew() {
    let desk = opened();
    let mine = n_records(&desk.sample);
    desk.sample.record_add("propaganda_activity", &activity(), &UnitChoice::Own, None).expect("a record");
    desk.sample.sample_step_set(3).expect("a step");
    desk.sample.lock();
    desk.sample.sample_open(&Settings::default()).expect("the sample");
    assert_eq!((n_records(&desk.sample), desk.sample.sample_step()), (mine + 1, 3));
    desk.sample.sample_reset().expect("it is made anew");
    assert_eq!((n_records(&desk.sample), desk.sample.sample_step()), (mine, 0));
}

#[test]
fn a_sample_that_was_left_half_made_is_made_anew() {
    let desk = opened();
    let mine = n_records(&desk.sample);
    // As after a power cut before the note that comes last.
    let forget = |register: &mut sohoi_store::Register| {
        register
            .transact(Operation::SettingSave, desk.sample.now_ms(), |writer| writer.drop_setting("sample"))?;
        Ok(())
    };
    desk.sample.with_register(forget).expect("it is forgotten");
    desk.sample.record_add("propaganda_activity", &activity(), &UnitChoice::Own, None).expect("a record");
    desk.sample.lock();
    desk.sample.sample_open(&Settings::default()).expect("the sample");
    assert_eq!(n_records(&desk.sample), mine);
    desk.sample.lock();
    std::fs::write(sample_home(&desk.folder.path().join("sổ")).join("register.db"), b"no register")
        .expect("a file");
    desk.sample.sample_open(&Settings::default()).expect("a damaged one is made anew too");
    assert_eq!(n_records(&desk.sample), mine);
}

#[test]
fn the_sample_never_reaches_the_network_nor_a_stick() {
    let desk = opened();
    let hub = TcpListener::bind("127.0.0.1:0").expect("a port");
    hub.set_nonblocking(true).expect("a listener that does not wait");
    let hub_url = format!("http://{}", hub.local_addr().expect("an address"));
    // Even one that was tied to a hub, by whatever way.
    let row = EnrolmentRow {
        hub_url: hub_url.clone(),
        hub_key: [7; 32],
        token: "token".into(),
        province: "Tỉnh".into(),
        hub_epoch: 1,
        enrolled_at_ms: 1,
    };
    let tie = |register: &mut sohoi_store::Register| {
        register.transact(Operation::Enrol, desk.sample.now_ms(), |writer| writer.set_enrolment(&row))?;
        Ok(())
    };
    desk.sample.with_register(tie).expect("it is written");

    let stick = tempfile::tempdir().expect("a stick");
    let sample = &desk.sample;
    let choice = EnrolChoice::Code { hub_url, code: "ABCD".into() };
    let period = sample.today().year().to_string();
    let refused = [
        ("sync", sample.sync(&|_| ()).map(drop)),
        ("enrol", sample.enrol(choice).map(drop)),
        ("bundle out", sample.bundle_out(stick.path()).map(drop)),
        ("bundle in", sample.bundle_in(&stick.path().join("a.sohoi"), &|_| ()).map(drop)),
        ("sticks", sample.bundle_places(Some(stick.path())).map(drop)),
        ("submission", sample.period_submit("union", &period, "").map(drop)),
        ("pairing", sample.pair_show("xem-thu").map(drop)),
        ("joining", sample.pair_join("A").map(drop)),
        ("its PIN", sample.pin_change("xem-thu", "274189").map(drop)),
    ];
    for (what, answer) in refused {
        assert_eq!(answer.expect_err(what).code(), "sample.refused", "{what}");
    }
    assert!(hub.accept().is_err(), "nobody has called");
    assert_eq!(files(stick.path()), BTreeMap::new(), "nothing lies on the stick");
    assert!(!sample.sync_is_running());
}

/// The same folder given to the command line, or a real one to the sample.
#[test]
fn neither_is_opened_as_the_other() {
    let desk = opened();
    desk.sample.lock();
    desk.own.lock();
    let home = desk.folder.path().join("sổ");
    let as_own = App::new(&sample_home(&home));
    assert_eq!(as_own.unlock("xem-thu").expect_err("it is the sample").code(), "sample.refused");

    // A register where the sample would lie is not the sample's to empty.
    let before = files(&home);
    let other = tempfile::tempdir().expect("a folder");
    std::fs::rename(&home, other.path().join("x-xem-thu")).expect("it is moved");
    let sample = App::sample(&other.path().join("x"));
    assert_eq!(
        sample.sample_open(&Settings::default()).expect_err("it is somebody's").code(),
        "sample.folder_taken"
    );
    let there: Vec<_> = files(&other.path().join("x-xem-thu")).into_values().collect();
    assert_eq!(there.len(), before.len());
    let own = App::new(&other.path().join("x-xem-thu"));
    own.unlock(rig::PIN).expect("it opens as before");
}

#[test]
fn a_register_is_not_made_into_the_sample() {
    let desk = desk();
    assert_eq!(desk.own.sample_reset().expect_err("it is no sample").code(), "usage.bad_request");
    assert_eq!(
        desk.own.sample_open(&Settings::default()).expect_err("no sample").code(),
        "usage.bad_request"
    );
    assert_eq!(desk.own.sample_step_set(1).expect_err("no sample").code(), "usage.bad_request");
    assert_eq!(n_records(&desk.own), 0);
}
