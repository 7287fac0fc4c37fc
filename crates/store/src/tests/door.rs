use serde_json::json;
use sohoi_domain::{DeviceId, Op, RecordId, UnitKey};

use super::rig::{NOW_MS, Rig, branch, fields, mediation, member, rig, unit};
use crate::{DraftRow, Operation, StoreError};

fn draft(id: &str, fields_json: &str) -> DraftRow {
    DraftRow {
        id: id.into(),
        kind: "mediation".into(),
        record_id: None,
        fields_json: fields_json.into(),
        saved_at_ms: NOW_MS,
    }
}

fn row_counts(rig: &Rig) -> Vec<(String, i64)> {
    let tables = [
        "change",
        "record",
        "fact",
        "record_search WHERE record_search MATCH 'kind : k*'",
        "audit",
        "draft",
        "unit_ref",
        "setting",
    ];
    let count = |table: &str| {
        rig.register
            .conn
            .query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0))
            .expect("a count")
    };
    tables.map(|table| (table.to_string(), count(table))).to_vec()
}

#[test]
fn a_closure_that_fails_writes_nothing_and_numbers_go_on_without_a_gap() {
    let mut rig = rig();
    rig.add("mediation", mediation("2018-05-01", 3));
    let before = row_counts(&rig);
    let failed = rig.register.transact(Operation::RecordAdd, NOW_MS, |w| {
        w.create_record("mediation", unit(), mediation("2018-05-02", 4))?;
        w.save_draft(&draft("a", "{}"))?;
        w.set_setting("language", "\"en\"")?;
        w.create_record("no_such_kind", unit(), mediation("2018-05-02", 4))
    });
    assert!(matches!(failed, Err(StoreError::UnknownKind)));
    assert_eq!(row_counts(&rig), before);
    let next = rig.add("mediation", mediation("2018-05-02", 4));
    assert_eq!((next.n, rig.register.next_seq()), (2, 3));
    rig.assert_clean();
}

#[test]
fn a_panic_inside_the_door_writes_nothing_either() {
    let mut rig = rig();
    let before = row_counts(&rig);
    let run = std::panic::AssertUnwindSafe(|| {
        let _ = rig.register.transact(Operation::RecordAdd, NOW_MS, |w| {
            w.create_record("mediation", unit(), mediation("2018-05-02", 4))?;
            if w.setting("none")?.is_none() {
                panic!("in the middle")
            }
            Ok(())
        });
    });
    assert!(std::panic::catch_unwind(run).is_err());
    assert_eq!(row_counts(&rig), before);
    rig.add("mediation", mediation("2018-05-02", 4));
    rig.assert_clean();
}

#[test]
fn one_transaction_tells_all_that_it_changed_in_order() {
    let mut rig = rig();
    let done = rig.register.transact(Operation::RecordAdd, NOW_MS, |w| {
        let id = w.create_record("mediation", unit(), mediation("2018-05-02", 4))?;
        w.patch_record(id, mediation("2018-05-02", 5))?;
        w.erase_record(id, None)?;
        w.restore_record(id)?;
        Ok(id)
    });
    let done = done.expect("four steps");
    let ops: Vec<Op> = done.changes.iter().map(|(_, op)| *op).collect();
    assert_eq!(ops, [Op::Create, Op::Patch, Op::Erase, Op::Restore]);
    assert!(done.changes.iter().all(|(id, _)| *id == done.output));
    rig.assert_clean();
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    assert_eq!(rig.patch(id, mediation("2018-05-01", 3)), 0);
    assert_eq!(rig.register.counts().expect("counts").changes, 1);
    assert_eq!(rig.patch(id, mediation("2018-05-01", 4)), 1);
    assert_eq!(rig.register.counts().expect("counts").changes, 2);
}

#[test]
fn a_field_of_a_newer_catalogue_survives_an_edit() {
    let mut rig = rig();
    let unknown = sohoi_domain::FieldNum(9_000);
    let mut newer = mediation("2018-05-01", 3);
    newer.insert(unknown, sohoi_domain::Value::Int(7));
    let id = rig.add("mediation", newer);
    rig.patch(id, mediation("2018-05-01", 4));
    let record = rig.register.record(id).expect("a read").expect("a record");
    assert_eq!(record.state.fields.get(&unknown), Some(&sohoi_domain::Value::Int(7)));
}

#[test]
fn a_reference_leads_to_a_record_of_its_kind_that_is_not_erased() {
    let mut rig = rig();
    let with_branch = |id: RecordId| {
        let mut fields = mediation("2018-05-01", 3);
        let num = super::rig::catalogue().kind("mediation").and_then(|k| Some(k.field("branch")?.num));
        fields.insert(num.expect("a branch field"), sohoi_domain::Value::Ref(id));
        fields
    };
    let hamlet = rig.add("branch", branch("Chi hội Thử", "2017-01-01"));
    let other = rig.add("mediation", mediation("2018-05-01", 3));
    let absent = RecordId { device: DeviceId(9), n: 9 };
    for wrong in [other, absent] {
        let done = rig.register.transact(Operation::RecordAdd, NOW_MS, |w| {
            w.create_record("mediation", unit(), with_branch(wrong))
        });
        assert!(matches!(done, Err(StoreError::UnknownReference { path }) if path == "branch"));
        let missing = rig.register.missing_references("mediation", &with_branch(wrong)).expect("a read");
        assert_eq!((missing.len(), missing[0].id), (1, wrong));
    }
    let id = rig.add("mediation", with_branch(hamlet));
    rig.erase(hamlet, "nhập vào chi hội khác");
    // What referred to it before can still be edited.
    let mut edited = with_branch(hamlet);
    edited.extend(mediation("2018-05-01", 8));
    assert_eq!(rig.patch(id, edited), 1);
    assert!(rig.register.missing_references("mediation", &with_branch(hamlet)).is_ok_and(|m| m.len() == 1));
    rig.assert_clean();
}

#[test]
fn what_is_not_there_or_erased_is_refused_with_its_code() {
    let mut rig = rig();
    let absent = RecordId { device: DeviceId(9), n: 9 };
    let nowhere = UnitKey { code: "00000".into(), ..unit() };
    let erased = rig.add("mediation", mediation("2018-05-01", 3));
    rig.erase(erased, "ghi nhầm");
    let mut code = |f: &dyn Fn(&mut crate::Writer) -> Result<(), StoreError>| {
        rig.register.transact(Operation::RecordEdit, NOW_MS, |w| f(w)).err().map(|error| error.code())
    };
    let new = || mediation("2018-05-01", 3);
    assert_eq!(code(&|w| w.patch_record(absent, new()).map(|_| ())), Some("record.unknown_id"));
    assert_eq!(code(&|w| w.erase_record(absent, None)), Some("record.unknown_id"));
    assert_eq!(code(&|w| w.patch_record(erased, new()).map(|_| ())), Some("record.erased"));
    assert_eq!(code(&|w| w.erase_record(erased, None)), Some("record.erased"));
    assert_eq!(code(&|w| w.create_record("nope", unit(), new()).map(|_| ())), Some("record.unknown_kind"));
    assert_eq!(
        code(&|w| w.create_record("mediation", nowhere.clone(), new()).map(|_| ())),
        Some("unit.not_valid")
    );
    assert_eq!(code(&|w| w.set_setting("theme", "{")), Some("app.fault"));
}

#[test]
fn drafts_survive_a_program_that_was_killed() {
    let mut rig = rig();
    let save = |rig: &mut Rig, fields: &str| {
        rig.register
            .transact(Operation::DraftSave, NOW_MS, |w| w.save_draft(&draft("a", fields)))
            .expect("a draft");
    };
    save(&mut rig, r#"{"n_cases":"3"}"#);
    save(&mut rig, r#"{"n_cases":"34"}"#);
    // As a kill leaves it: nothing is closed, so the files are copied while the register is open.
    let copy = tempfile::tempdir().expect("a folder");
    for name in ["register.db", "register.db-wal", "register.slots"] {
        std::fs::copy(rig.home.path().join(name), copy.path().join(name)).expect("a copy");
    }
    let register = super::rig::open(copy.path()).expect("it opens");
    assert_eq!(register.drafts().expect("drafts"), [draft("a", r#"{"n_cases":"34"}"#)]);
    let done = rig.register.transact(Operation::DraftDiscard, NOW_MS, |w| w.discard_draft("a"));
    assert!(done.is_ok() && rig.register.drafts().expect("drafts").is_empty());
}

#[test]
fn a_full_disk_is_told_and_writes_nothing() {
    let mut rig = rig();
    rig.add("mediation", mediation("2018-05-01", 3));
    let before = row_counts(&rig);
    let conn = &rig.register.conn;
    let n_pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
    conn.pragma_update_and_check(None, "max_page_count", n_pages, |_| Ok(())).expect("no room");
    let done = rig.register.transact(Operation::RecordImport, NOW_MS, |w| {
        for n in 0..200 {
            w.create_record("mediation", unit(), mediation("2018-05-01", 1 + n))?;
        }
        Ok(())
    });
    assert!(matches!(done, Err(StoreError::DiskFull)));
    assert_eq!(row_counts(&rig), before);
    rig.register.conn.pragma_update_and_check(None, "max_page_count", 1 << 30, |_| Ok(())).expect("room");
    let next = rig.add("mediation", mediation("2018-05-01", 4));
    assert_eq!(next.n, 2);
    rig.assert_clean();
}

#[test]
fn the_audit_names_the_operation_and_nobody_and_leaves_to_the_log_what_the_log_tells() {
    let mut rig = rig();
    let id = rig.add("member", member("Kăn Thử", "2018-05-01"));
    rig.patch(id, member("Kăn Thử", "2018-05-02"));
    let new = member("Kăn Hai", "2018-05-01");
    let import = |w: &mut crate::Writer| w.create_record("member", unit(), new);
    rig.register.transact(Operation::RecordImport, NOW_MS, import).expect("a record");
    let row: (String, u32, i64, i64) = rig
        .register
        .conn
        .query_row("SELECT operation, author, at_ms, n_changes FROM audit", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .expect("one row");
    assert_eq!(row, ("record_import".to_string(), 1, NOW_MS, 1));
}

#[test]
fn the_log_refuses_to_be_rewritten_or_deleted() {
    let mut rig = rig();
    rig.add("mediation", mediation("2018-05-01", 3));
    for sql in
        ["DELETE FROM change", "UPDATE change SET body = '{}'", "UPDATE change SET hlc = 1, destroyed = 1"]
    {
        assert!(rig.register.conn.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn a_new_officer_signs_from_now_on_and_the_old_ones_work_stays_hers() {
    let mut rig = rig();
    let first = rig.add("mediation", mediation("2018-05-01", 3));
    let done = rig.register.transact(Operation::OfficerSet, NOW_MS, |w| w.set_officer(" Người kế nhiệm "));
    assert_eq!(done.expect("an officer").output, 2);
    let mut rig = rig.reopened();
    let second = rig.add("mediation", mediation("2018-05-02", 3));
    let author = |id| rig.register.record(id).expect("a read").expect("a record").meta.author;
    assert_eq!((author(first), author(second)), (1, 2));
    assert_eq!(rig.register.officer(2).expect("a read").as_deref(), Some("Người kế nhiệm"));
}

#[test]
fn settings_and_starts_are_kept() {
    let mut rig = rig();
    let done = rig.register.transact(Operation::SettingSave, NOW_MS, |w| {
        w.set_setting("language", "\"vi\"")?;
        w.set_setting("language", "\"en\"")?;
        w.note_boot(NOW_MS, 10)
    });
    assert!(done.is_ok());
    let rig = rig.reopened();
    assert_eq!(rig.register.setting("language").expect("a read").as_deref(), Some("\"en\""));
    assert_eq!(rig.register.boots(5).expect("a read"), [(NOW_MS, 10)]);
}

#[test]
fn pseudonyms_are_filled_with_the_communes_key() {
    let mut rig = rig();
    let subject = |rig: &mut Rig, name: &str| {
        let id = rig.add(
            "startup_support",
            fields("startup_support", json!({"full_name": name, "birth_year": 1990, "supported_on": "2018-03-01",
                "sector": super::rig::code("economic_sector"), "support_type": super::rig::code("startup_support_type")})),
        );
        let fields = rig.register.record(id).expect("a read").expect("a record").state.fields;
        fields
            .into_values()
            .find_map(|v| if let sohoi_domain::Value::Pseudonym(n) = v { Some(n) } else { None })
    };
    let (a, b, c) =
        (subject(&mut rig, "Kăn Thử"), subject(&mut rig, "kăn  thử"), subject(&mut rig, "Kăn Thứ"));
    assert!(a.is_some() && a == b && a != c);
}
