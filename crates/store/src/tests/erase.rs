use std::sync::Arc;

use rusqlite::types::ValueRef;
use sohoi_domain::catalogue::{Catalogue, Pack};
use sohoi_domain::{Op, RecordId};

use super::rig::{NOW_MS, PIN, Rig, branch, mediation, member, rig};
use crate::unindexed::{MAX_FRESH, MAX_REWORDED};
use crate::{DraftRow, Operation, RecordQuery, Register, StoreError, Unlock};

// Every text and blob of every table, the search index's own tables included, as one heap of bytes.
fn heap(rig: &Rig) -> Vec<u8> {
    let conn = &rig.register.conn;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'record_search'";
    let tables: Vec<String> =
        conn.prepare(sql).and_then(|mut s| s.query_map([], |row| row.get(0))?.collect()).expect("the tables");
    let mut heap = Vec::new();
    for table in tables {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let n_columns = statement.column_count();
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..n_columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).expect("a value") {
                    heap.extend_from_slice(bytes);
                    heap.push(0);
                }
            }
        }
    }
    heap
}

fn indexed(rig: &Rig, word: &str) -> bool {
    rig.register
        .conn
        .execute_batch("CREATE VIRTUAL TABLE IF NOT EXISTS temp.w USING fts5vocab (main, record_search, row)")
        .expect("the index's words");
    let sql = "SELECT EXISTS (SELECT 1 FROM temp.w WHERE term = ?1)";
    rig.register.conn.query_row(sql, [word], |row| row.get(0)).expect("an answer")
}

fn holds(rig: &Rig, word: &str) -> bool {
    heap(rig).windows(word.len()).any(|part| part == word.as_bytes())
}

fn others(rig: &mut Rig, n: i64) {
    for n in 0..n {
        rig.add("member", member(&format!("Hội viên Khác {n}"), "2018-05-01"));
    }
}

#[test]
fn erasing_a_personal_record_destroys_its_content_everywhere_and_leaves_the_tombstone() {
    let mut rig = rig();
    others(&mut rig, MAX_FRESH + 1);
    // Entered wrongly at first: the corrected name must go too.
    let id = rig.add("member", member("Zơrâm Xoắnsai", "2018-05-01"));
    others(&mut rig, MAX_FRESH);
    assert!(indexed(&rig, "xoansai"), "it went into the index before it was corrected");
    rig.patch(id, member("Zơrâm Xoắnđúng", "2018-05-01"));
    let draft = DraftRow {
        id: "d".into(),
        kind: "member".into(),
        record_id: Some(id),
        fields_json: r#"{"full_name":"Zơrâm Xoắnnháp"}"#.into(),
        saved_at_ms: NOW_MS,
    };
    rig.register.transact(Operation::DraftSave, NOW_MS, |w| w.save_draft(&draft)).expect("a draft");
    assert!(holds(&rig, "Xoắnsai") && holds(&rig, "Xoắnnháp") && holds(&rig, "xoansai"));

    rig.erase(id, "xin thôi lưu");
    for word in ["Zơrâm", "zơrâm", "zoram", "Xoắn", "xoắn", "xoan", "Xoắnnháp"] {
        assert!(!holds(&rig, word), "{word} is left");
    }
    assert!(!indexed(&rig, "zoram") && !indexed(&rig, "xoansai") && !indexed(&rig, "xoandung"));

    let record = rig.register.record(id).expect("a read").expect("the tombstone");
    assert!(record.state.erased && record.meta.destroyed && record.state.fields.is_empty());
    let history = rig.register.history(id).expect("a history");
    assert_eq!(history.iter().map(|c| c.change.op).collect::<Vec<_>>(), [Op::Erase, Op::Patch, Op::Create]);
    assert!(history.iter().all(|c| c.destroyed && c.change.fields.is_empty()));
    assert_eq!(history[0].change.reason.as_deref(), Some("xin thôi lưu"));
    rig.assert_clean();
    rig.reopened().assert_clean();
}

#[test]
fn a_personal_record_erased_before_its_words_were_indexed_leaves_none_either() {
    let mut rig = rig();
    let id = rig.add("member", member("Zơrâm Xoắnsai", "2018-05-01"));
    rig.patch(id, member("Zơrâm Xoắnđúng", "2018-05-01"));
    rig.erase(id, "xin thôi lưu");
    let kept = rig.add("branch", branch("Chi hội Thử", "2018-05-01"));
    others(&mut rig, MAX_FRESH);
    assert!(indexed(&rig, "thu") && kept > id, "the others went into the index");
    for word in ["Zơrâm", "zơrâm", "zoram", "Xoắn", "xoắn", "xoan"] {
        assert!(!holds(&rig, word), "{word} is left");
    }
    rig.assert_clean();
}

#[test]
fn words_that_were_corrected_leave_the_index_with_the_next_that_go_into_it() {
    let mut rig = rig();
    let id = rig.add("member", member("Zơrâm Xoắnsai", "2018-05-01"));
    others(&mut rig, MAX_FRESH);
    for n in 0..MAX_REWORDED {
        rig.patch(id, member(&format!("Zơrâm Xoắnđúng {n}"), "2018-05-01"));
    }
    assert!(indexed(&rig, "xoansai"), "one record was reworded, however often");
    let ids = rig.register.record_ids().expect("ids");
    for other in ids.iter().skip(1).take(MAX_REWORDED as usize) {
        rig.patch(*other, member("Hội viên Khác", "2018-05-02"));
    }
    assert!(indexed(&rig, "xoandung") && !indexed(&rig, "xoansai"));
    rig.erase(id, "xin thôi lưu");
    assert!(!indexed(&rig, "xoandung") && !holds(&rig, "zoram") && !holds(&rig, "Xoắn"));
    rig.assert_clean();
}

#[test]
fn the_write_ahead_log_keeps_nothing_of_an_erased_record() {
    let mut rig = rig();
    let id = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let log_len =
        |rig: &Rig| std::fs::metadata(rig.home.path().join("register.db-wal")).expect("the log").len();
    assert!(log_len(&rig) > 0);
    rig.erase(id, "xin thôi lưu");
    assert_eq!(log_len(&rig), 0);
}

#[test]
fn what_was_destroyed_is_not_restored() {
    let mut rig = rig();
    let id = rig.add("member", member("Kăn Thử", "2018-05-01"));
    rig.erase(id, "xin thôi lưu");
    let done = rig.register.transact(Operation::RecordRestore, NOW_MS, |w| w.restore_record(id));
    assert!(matches!(done, Err(StoreError::Erased)));
}

#[test]
fn an_erased_record_without_names_comes_back_whole() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let before = rig.register.record(id).expect("a read").expect("a record");
    rig.erase(id, "ghi nhầm");
    let listed = |rig: &Rig| rig.register.records(&RecordQuery { limit: 9, ..RecordQuery::default() });
    assert_eq!(listed(&rig).expect("a list").1, 0);
    assert_eq!(rig.register.counts().expect("counts").records, 0);
    rig.register.transact(Operation::RecordRestore, NOW_MS, |w| w.restore_record(id)).expect("it comes back");
    let after = rig.register.record(id).expect("a read").expect("a record");
    assert_eq!(after.state.fields, before.state.fields);
    assert_eq!(listed(&rig).expect("a list").1, 1);
    rig.assert_clean();
}

fn catalogue_that_seals_the_names_of_branches() -> Catalogue {
    let pack = Pack::embedded();
    let change = |(path, text): (&str, &str)| {
        let text = match path.ends_with("branch.toml") {
            true => text.replacen("id = \"name\"", "id = \"name\"\nprivacy = \"personal\"", 1),
            false => text.to_string(),
        };
        (path.to_string(), text)
    };
    Catalogue::load(&Pack::new(pack.files().map(change).collect())).expect("it is as good")
}

#[test]
fn what_was_erased_before_its_kind_became_personal_is_destroyed_when_the_register_opens() {
    let mut rig = rig();
    let gone = rig.add("branch", branch("Chi hội Xoắngone", "2018-05-01"));
    let kept = rig.add("branch", branch("Chi hội Xoắnkept", "2018-05-01"));
    rig.erase(gone, "ghi nhầm");
    assert!(holds(&rig, "Xoắngone"));
    let Rig { register, recovery, home } = rig;
    drop(register);
    let newer = Arc::new(catalogue_that_seals_the_names_of_branches());
    let register = Register::open(home.path(), newer, Unlock::Pin(PIN), NOW_MS).expect("it opens");
    let rig = Rig { register, recovery, home };
    let is_destroyed =
        |rig: &Rig, id: RecordId| rig.register.record(id).expect("a read").expect("a record").meta.destroyed;
    assert!(is_destroyed(&rig, gone) && !is_destroyed(&rig, kept));
    assert!(!holds(&rig, "Xoắngone") && holds(&rig, "Xoắnkept"));
    rig.assert_clean();
    // Also for an older program content that is gone stays gone.
    let rig = rig.reopened();
    assert!(is_destroyed(&rig, gone));
    rig.assert_clean();
}
