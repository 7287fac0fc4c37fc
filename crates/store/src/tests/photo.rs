use std::fs;

use serde_json::json;
use sha2::{Digest, Sha256};
use sohoi_domain::change::Change;
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{DeviceId, Fields, Hlc, Op, RecordId};

use super::rig::{NOW_MS, PIN, Rig, catalogue, code, fields, rig, unit};
use crate::{DraftRow, Operation, PhotoCounts, Register, StoreError, Unlock};

const OTHER: DeviceId = DeviceId(0x0000_0000_dead_beef);

fn content(sealed: bool, n: u8) -> (PhotoId, Vec<u8>) {
    let content = vec![if sealed { 2 } else { 1 }, n, n, n];
    (PhotoId(Sha256::digest(&content).into()), content)
}

fn add(rig: &mut Rig, (id, content): &(PhotoId, Vec<u8>)) -> PhotoId {
    rig.register.transact(Operation::PhotoAdd, NOW_MS, |w| w.add_photo(*id, content)).expect("a photo");
    *id
}

fn activity(photos: &[PhotoId]) -> Fields {
    let photos: Vec<String> = photos.iter().map(ToString::to_string).collect();
    let json = json!({"title": "Truyền thông", "topic": code("propaganda_topic"), "form": code("propaganda_form"),
        "held_on": "2018-07-03", "photos": photos});
    fields("propaganda_activity", json)
}

// It has a donor, who is a person.
fn mobilised(photos: &[PhotoId]) -> Fields {
    let photos: Vec<String> = photos.iter().map(ToString::to_string).collect();
    let json = json!({"mobilised_on": "2018-07-03", "source": code("funding_source"),
        "form": code("resource_form"), "purpose": code("resource_purpose"), "photos": photos});
    fields("resource_mobilisation", json)
}

fn counts(rig: &Rig) -> (u64, u64, u64) {
    let PhotoCounts { unsent, unsent_bytes, lacking } = rig.register.photo_counts().expect("counts");
    (unsent, unsent_bytes, lacking)
}

fn has(rig: &Rig, id: PhotoId) -> bool {
    rig.register.photo(id).expect("a read").is_some()
}

#[test]
fn a_photo_waits_for_the_hub_from_the_save_on_until_it_is_kept() {
    let mut rig = rig();
    let id = add(&mut rig, &content(false, 7));
    assert_eq!(counts(&rig), (0, 0, 0), "only a form has it");
    rig.add("propaganda_activity", activity(&[id]));
    assert_eq!((counts(&rig), rig.register.photos_to_offer(9).expect("a list")), ((1, 4, 0), vec![(id, 4)]));
    rig.register.transact(Operation::PhotoNote, NOW_MS, |w| w.keep_photos(&[id], 3)).expect("a note");
    assert_eq!(counts(&rig), (0, 0, 0));
    assert!(rig.register.photo(id).expect("a read").expect("a photo").received);
    let again = |rig: &mut Rig, epoch| {
        rig.register.transact(Operation::PhotoNote, NOW_MS, |w| w.follow_hub_epoch(epoch)).expect("a note")
    };
    assert_eq!(again(&mut rig, 3).output, 0);
    assert_eq!((again(&mut rig, 4).output, counts(&rig)), (1, (1, 4, 0)), "the hub was restored");
    rig.assert_clean();
}

#[test]
fn a_photo_that_is_not_here_or_not_sealed_is_in_no_record() {
    let mut rig = rig();
    let (open, sealed) = (add(&mut rig, &content(false, 7)), add(&mut rig, &content(true, 7)));
    let mut save = |kind: &str, fields| {
        let done =
            rig.register.transact(Operation::RecordAdd, NOW_MS, |w| w.create_record(kind, unit(), fields));
        done.map(|_| ())
    };
    let refused = |done| matches!(done, Err(StoreError::UnknownReference { path }) if path == "photos");
    assert!(refused(save("propaganda_activity", activity(&[PhotoId([9; 32])]))));
    assert!(refused(save("resource_mobilisation", mobilised(&[open]))), "it would be seen by the province");
    assert!(save("resource_mobilisation", mobilised(&[sealed])).is_ok());
    assert!(save("propaganda_activity", activity(&[open, sealed])).is_ok());
    rig.assert_clean();
}

#[test]
fn a_photo_with_another_name_than_its_content_is_refused() {
    let mut rig = rig();
    let ((id, _), (_, other)) = (content(false, 7), content(false, 8));
    let added = rig.register.transact(Operation::PhotoAdd, NOW_MS, |w| w.add_photo(id, &other));
    assert!(matches!(added, Err(StoreError::Fault(_))) && !has(&rig, id));
}

#[test]
fn erasing_a_personal_record_destroys_its_photos_but_not_those_of_others() {
    let mut rig = rig();
    let [only, both, drafted, late] = [1, 2, 3, 4].map(|n| add(&mut rig, &content(true, n)));
    let id = rig.add("resource_mobilisation", mobilised(&[only, both, late]));
    rig.patch(id, mobilised(&[both, drafted]));
    rig.add("resource_mobilisation", mobilised(&[both]));
    let fields_json = format!(r#"{{"photos":["{drafted}"]}}"#);
    let kind = "resource_mobilisation".into();
    let draft = DraftRow { id: "d".into(), kind, record_id: None, fields_json, saved_at_ms: NOW_MS };
    rig.register.transact(Operation::DraftSave, NOW_MS, |w| w.save_draft(&draft)).expect("a draft");
    rig.erase(id, "xin thôi lưu");
    assert!(!has(&rig, only) && !has(&rig, late), "also one that an edit had taken out");
    assert!(has(&rig, both) && has(&rig, drafted));
    assert_eq!(
        rig.register.photos_to_offer(9).expect("a list"),
        [(both, 4)],
        "the form's is nobody's any more"
    );
    rig.assert_clean();
}

#[test]
fn a_photo_of_an_open_record_outlives_its_erasure_and_comes_back_with_it() {
    let mut rig = rig();
    let photo = add(&mut rig, &content(false, 1));
    let id = rig.add("propaganda_activity", activity(&[photo]));
    rig.erase(id, "ghi nhầm");
    let mut rig = rig.reopened();
    assert!(has(&rig, photo));
    rig.register.transact(Operation::RecordRestore, NOW_MS, |w| w.restore_record(id)).expect("it is back");
    rig.assert_clean();
}

#[test]
fn photos_of_forms_that_were_given_up_go_at_the_next_unlock() {
    let mut rig = rig();
    let [loose, drafted, saved] = [1, 2, 3].map(|n| add(&mut rig, &content(false, n)));
    rig.add("propaganda_activity", activity(&[saved]));
    let fields_json = format!(r#"{{"photos":["{drafted}"]}}"#);
    let kind = "propaganda_activity".into();
    let draft = DraftRow { id: "d".into(), kind, record_id: None, fields_json, saved_at_ms: NOW_MS };
    rig.register.transact(Operation::DraftSave, NOW_MS, |w| w.save_draft(&draft)).expect("a draft");
    let rig = rig.reopened();
    assert_eq!([loose, drafted, saved].map(|id| has(&rig, id)), [false, true, true]);
}

fn elsewhere(seq: u64, op: Op, of: &Fields) -> Change {
    let kind = catalogue().kind("resource_mobilisation").expect("a kind").num;
    Change {
        seq,
        hlc: Hlc(0).tick(NOW_MS + seq as i64),
        author: 1,
        record: RecordId { device: OTHER, n: 1 },
        kind,
        op,
        unit: (op == Op::Create).then(unit),
        fields: of.iter().map(|(num, value)| (*num, Some(value.clone()))).collect(),
        replaces: Default::default(),
        catalogue: 1,
        reason: None,
    }
}

#[test]
fn a_photo_of_another_pc_is_lacking_until_it_comes_down() {
    let mut rig = rig();
    let (id, bytes) = content(true, 5);
    let apply = |rig: &mut Rig, change: &Change| {
        rig.register
            .transact(Operation::RemoteApply, NOW_MS, |w| w.apply_remote(change, OTHER))
            .expect("it applies");
    };
    apply(&mut rig, &elsewhere(1, Op::Create, &mobilised(&[id])));
    assert_eq!((counts(&rig), rig.register.photos_lacking(9).expect("a list")), ((0, 0, 1), vec![id]));
    rig.assert_clean();
    let (stray, stray_bytes) = content(true, 6);
    let mut take = |id, bytes: &[u8]| {
        rig.register
            .transact(Operation::PhotoNote, NOW_MS, |w| w.take_photo(id, bytes, 2))
            .expect("a note")
            .output
    };
    assert!(!take(stray, &stray_bytes), "nobody asked for it");
    assert!(take(id, &bytes) && !take(id, &bytes));
    assert_eq!(counts(&rig), (0, 0, 0), "it came from the hub, which has it");
    apply(&mut rig, &elsewhere(2, Op::Erase, &Fields::new()));
    assert!(!has(&rig, id));
    apply(&mut rig, &elsewhere(3, Op::Patch, &mobilised(&[id])));
    assert!(!has(&rig, id), "what was destroyed is not asked for again");
    rig.assert_clean();
}

#[test]
fn a_check_finds_photos_that_are_not_as_they_should_be() {
    for (sql, code) in [
        ("UPDATE photo SET content = x'0102'", "photo.differs"),
        ("DELETE FROM photo", "photo.missing"),
        ("UPDATE photo SET named = 0", "photo.of_no_record"),
        ("INSERT INTO photo SELECT randomblob(32), 1, 0, NULL, NULL", "photo.of_no_record"),
    ] {
        let mut rig = rig();
        let id = add(&mut rig, &content(false, 1));
        rig.add("propaganda_activity", activity(&[id]));
        rig.assert_clean();
        rig.register.conn.execute(sql, []).expect("spoilt");
        let found = rig.register.verify().expect("a check").differences;
        assert!(found.iter().any(|difference| difference.starts_with(code)), "{sql}: {found:?}");
    }
}

#[test]
fn a_backup_has_the_photos() {
    let mut rig = rig();
    let photo = content(true, 1);
    let id = add(&mut rig, &photo);
    rig.add("resource_mobilisation", mobilised(&[id]));
    let path = rig.home.path().join("usb.db");
    rig.register.backup_to(&path, NOW_MS).expect("a backup");
    let restored = tempfile::tempdir().expect("a folder");
    fs::copy(&path, restored.path().join("register.db")).expect("a copy");
    fs::copy(rig.home.path().join("usb.db.slots"), restored.path().join("register.slots")).expect("a copy");
    let register = Register::open(restored.path(), catalogue(), Unlock::Pin(PIN), NOW_MS).expect("it opens");
    assert_eq!(register.photo(id).expect("a read").expect("a photo").content, Some(photo.1));
    assert!(register.verify().expect("a check").ok);
}

#[test]
fn a_pc_that_sealed_a_photo_is_too_late_to_pair() {
    let (mut rig, other) = (rig(), super::rig::rig());
    add(&mut rig, &content(true, 1));
    let code = other.register.commune_code().expect("a code").to_string();
    assert!(matches!(rig.register.join_commune(&code, NOW_MS), Err(StoreError::TooLateToPair)));
}
