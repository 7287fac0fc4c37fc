//! Photos of a commune: added on one PC, kept by the hub, seen on the other, and gone with the record of a person.

use std::path::Path;

use serde_json::{Map, Value, json};
use sohoi_app::App;
use sohoi_app::photo::{PhotoShown, PhotoSize, Picture};
use sohoi_app::record::UnitChoice;
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{Catalogue, RecordId};
use sohoi_hub_db::HubDb;
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_testkit::{Cli, Hub, PIN, checkout};
use sohoi_tests::province::is_whole;

// The window does it: there is no command for it.
fn at_the_window<T>(cli: &Cli, act: impl FnOnce(&App) -> T) -> T {
    let app = App::new(cli.home());
    app.unlock(PIN).expect("it opens");
    act(&app)
}

fn fields(fields: Value) -> Map<String, Value> {
    fields.as_object().expect("fields").clone()
}

fn add(app: &App, kind: &str, record: Value) -> RecordId {
    app.record_add(kind, &fields(record), &UnitChoice::Own, None).expect("it is valid").id
}

/// About a donor, so that its photos are sealed.
fn gift(photos: &[PhotoId]) -> Value {
    let photos: Vec<String> = photos.iter().map(ToString::to_string).collect();
    let catalogue = Catalogue::embedded();
    let code = |list: &str| catalogue.list(list).expect("a list").items[0].code.clone();
    json!({"mobilised_on": "2026-03-08", "source": code("funding_source"), "form": "cash",
           "purpose": code("resource_purpose"), "amount_vnd": 2_000_000, "photos": photos})
}

fn activity(photos: &[PhotoId]) -> Value {
    let mut activity = sohoi_tests::activity("Buổi có ảnh");
    activity["photos"] = photos.iter().map(ToString::to_string).collect();
    activity
}

fn shown(cli: &Cli, id: PhotoId) -> Result<PhotoShown, String> {
    at_the_window(cli, |app| app.photo_show(id, PhotoSize::Full).map_err(|error| error.code().to_owned()))
}

fn unsent(cli: &Cli) -> u64 {
    at_the_window(cli, |app| app.status().expect("a status").photos.unsent)
}

fn at_the_hub(hub: &mut Hub, unit_of: &Cli, id: PhotoId) -> Option<Vec<u8>> {
    hub.stop();
    let unit = at_the_window(unit_of, |app| app.status().expect("a status").unit);
    let file = hub.data().join("hub.db");
    let content = {
        let db = SqliteHub::open(&file, Catalogue::embedded().into()).expect("its file opens");
        db.photo(&unit, id).expect("a read")
    };
    hub.serve();
    content
}

fn two_pcs(folder: &Path, hub: &Hub) -> [Cli; 2] {
    let pcs = ["first", "second"].map(|name| Cli::at(folder.join(name)));
    pcs.iter().for_each(|cli| {
        cli.init("20044");
    });
    let code = pcs[0].get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    pcs[1].ask_with(&["pair", "join"], code.as_bytes()).done();
    pcs.iter().for_each(|cli| cli.enrol(&hub.address(), &hub.code("20044")));
    pcs
}

#[test]
fn a_photo_is_seen_on_both_pcs_and_goes_everywhere_with_the_record_of_a_person() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut hub = Hub::start("photos");
    let [first, second] = two_pcs(folder.path(), &hub);
    let picture = checkout("src-tauri/icons/icon.png");
    let (gift, sealed, open) = at_the_window(&first, |app| {
        let sealed = app.photo_add("resource_mobilisation", Picture::File(picture.clone())).expect("a photo");
        let again = app.photo_add("resource_mobilisation", Picture::File(picture)).expect("the same");
        assert_eq!((again.id, sealed.received), (sealed.id, false));
        assert_eq!(app.status().expect("a status").photos.unsent, 0, "only a form has it");
        let whole = app.photo_show(sealed.id, PhotoSize::Full).expect("it is here");
        let pasted = Picture::Pasted(whole.jpeg.clone().expect("it can be read"));
        let open = app.photo_add("propaganda_activity", pasted).expect("a photo");
        add(app, "propaganda_activity", activity(&[open.id]));
        (add(app, "resource_mobilisation", gift(&[sealed.id])), whole, open.id)
    });
    assert_eq!(unsent(&first), 2);
    first.ask(&["sync"]).done();
    assert_eq!(unsent(&first), 0);
    assert!(shown(&first, sealed.id).expect("it stays").received);

    second.ask(&["sync"]).done();
    let there = shown(&second, sealed.id).expect("it came");
    assert!(there.jpeg == sealed.jpeg && there.received, "the same picture came");
    assert!(shown(&second, open).expect("it came").jpeg.is_some());
    let kept = at_the_hub(&mut hub, &first, sealed.id).expect("the hub has it");
    let jpeg = sealed.jpeg.expect("a picture");
    assert!(!kept.windows(64).any(|part| part == &jpeg[..64]), "the hub cannot read it");
    let kept = at_the_hub(&mut hub, &first, open).expect("the hub has it");
    assert!(
        kept.windows(64)
            .any(|part| part == &shown(&first, open).expect("it is here").jpeg.expect("a picture")[..64])
    );
    is_whole(&hub);

    at_the_window(&second, |app| app.record_erase(gift, "Ghi nhầm").map(drop)).expect("erased");
    second.ask(&["sync"]).done();
    first.ask(&["sync"]).done();
    for cli in [&first, &second] {
        assert_eq!(shown(cli, sealed.id), Err("photo.unknown".into()));
        assert!(shown(cli, open).expect("it stays").received);
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    assert_eq!(at_the_hub(&mut hub, &first, sealed.id), None);
    assert!(at_the_hub(&mut hub, &first, open).is_some());
    is_whole(&hub);
}

#[test]
fn photos_go_up_and_come_down_by_file_too() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut hub = Hub::start("photos-by-file");
    let [first, second] = two_pcs(folder.path(), &hub);
    hub.stop();
    let picture = checkout("src-tauri/icons/icon.png");
    let photo = at_the_window(&first, |app| {
        let photo = app.photo_add("resource_mobilisation", Picture::File(picture)).expect("a photo");
        add(app, "resource_mobilisation", gift(&[photo.id]));
        photo.id
    });
    let round = |cli: &Cli| {
        let path = |name: &str| folder.path().join(name).to_str().expect("a plain name").to_owned();
        let (bundle, answer) = (path("bundle"), path("answer"));
        cli.get(&["bundle", "out", &bundle]);
        hub.ask(&["bundle", "accept", &bundle, "--receipt", &answer]).done();
        cli.ask(&["bundle", "in", &answer]).done().one()["photos"].clone()
    };
    assert_eq!(round(&first)["sent"], 1);
    assert!(shown(&first, photo).expect("it stays").received);
    assert_eq!(round(&second)["pulled"], 0, "its record comes first");
    assert_eq!(round(&second)["pulled"], 1);
    let there = shown(&second, photo).expect("it came");
    assert!(there.jpeg.is_some() && there.received);
    for cli in [&first, &second] {
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
}

#[test]
fn what_is_no_picture_is_refused_with_a_reason_and_nothing_of_it_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path().join("register"));
    cli.init("20044");
    let text = folder.path().join("text.jpg");
    std::fs::write(&text, "no picture").expect("a file");
    at_the_window(&cli, |app| {
        let refused =
            |kind: &str, picture| app.photo_add(kind, picture).expect_err("refused").code().to_owned();
        assert_eq!(refused("model", Picture::File(text.clone())), "photo.not_a_picture");
        assert_eq!(refused("model", Picture::File(folder.path().join("gone.jpg"))), "photo.unreadable");
        assert_eq!(refused("model", Picture::Pasted(vec![0xff; (32 << 20) + 1])), "photo.too_large");
        assert_eq!(refused("member", Picture::File(text.clone())), "usage.bad_request");
        let unknown = json!({"mobilised_on": "2026-03-08", "photos": ["ab".repeat(32)]});
        assert!(app.record_add("resource_mobilisation", &fields(unknown), &UnitChoice::Own, None).is_err());
        assert_eq!(app.status().expect("a status").photos, Default::default());
    });
}
