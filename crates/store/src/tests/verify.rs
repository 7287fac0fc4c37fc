use super::rig::{Rig, branch, mediation, rig};
use crate::unindexed::MAX_FRESH;

fn spoiled(sql: &str) -> Vec<String> {
    let mut rig = filled();
    rig.register
        .conn
        .execute_batch("DROP TRIGGER change_is_never_deleted; DROP TRIGGER change_is_only_destroyed")
        .expect("someone with the key can do anything");
    rig.register.conn.execute_batch("PRAGMA foreign_keys = OFF").expect("a pragma");
    rig.register.conn.execute_batch(sql).expect(sql);
    let verified = rig.register.verify().expect("a check");
    assert_eq!(verified.ok, verified.differences.is_empty());
    for difference in &verified.differences {
        assert!(!difference.contains("Thử"), "{difference} holds contents");
    }
    rig.patch_ignored();
    verified.differences
}

fn filled() -> Rig {
    let mut rig = rig();
    let id = rig.add("branch", branch("Chi hội Thử", "2018-05-01"));
    let other = rig.add("mediation", mediation("2018-05-01", 3));
    rig.patch(id, branch("Chi hội Thử Hai", "2018-05-02"));
    // Records in the index, one that it knows otherwise, and one that it does not know yet.
    for _ in 0..MAX_FRESH - 1 {
        rig.add("mediation", mediation("2018-05-01", 3));
    }
    rig.patch(other, mediation("2018-05-03", 3));
    rig.add("branch", branch("Chi hội Mới", "2018-05-01"));
    rig.assert_clean();
    rig
}

impl Rig {
    // A spoiled register must not make the program panic.
    fn patch_ignored(&mut self) {
        let id = sohoi_domain::RecordId { device: self.register.identity().device, n: 2 };
        let _ = self
            .register
            .transact(crate::Operation::RecordEdit, 0, |w| w.patch_record(id, mediation("2018-06-01", 9)));
    }
}

#[test]
fn a_spoiled_row_of_any_table_is_found() {
    let cases = [
        ("UPDATE record SET body = replace(body, 'Hai', 'Ba') WHERE n = 1", "record.differs"),
        ("UPDATE record SET day = day + 1 WHERE n = 2", "record.differs"),
        ("UPDATE record SET erased = 1 WHERE n = 2", "record.differs"),
        ("UPDATE record SET created_at_ms = 5 WHERE n = 2", "record.differs"),
        ("DELETE FROM record WHERE n = 2", "record.missing"),
        ("UPDATE record SET body = '[]' WHERE n = 2", "record.unreadable"),
        ("UPDATE fact SET value = value + 1", "fact.differs"),
        ("UPDATE fact SET d1 = 'x'", "fact.differs"),
        ("DELETE FROM fact", "fact.differs"),
        ("INSERT INTO fact VALUES (1, 1, 99, 0, 1, 1, 0, 5, NULL, NULL, NULL, NULL)", "fact.of_no_record"),
        ("INSERT INTO record_search (record_search) VALUES ('delete-all')", "search.differs"),
        (
            "INSERT INTO record_search (rowid, folded, marked, kind) VALUES (77, 'x', 'x', 'k1')",
            "search.of_no_record",
        ),
        ("UPDATE meta SET value = value - 1 WHERE key = 'indexed'", "search.of_no_record"),
        ("UPDATE meta SET value = value + 1 WHERE key = 'indexed'", "search.differs"),
        ("DELETE FROM meta WHERE key = 'indexed'", "search.of_no_record"),
        ("UPDATE reworded SET folded = 'x'", "search.differs"),
        ("UPDATE reworded SET search_row = search_row + 1", "search.differs"),
        ("DELETE FROM reworded", "search.differs"),
        ("INSERT INTO reworded SELECT MAX(id), 1, 'x', 'x', 'k1' FROM record", "search.differs"),
        ("INSERT INTO reworded VALUES (1, 1, 'x', 'x', 'k1')", "search.of_no_record"),
        ("UPDATE change SET body = replace(body, 'Hai', 'Ba')", "record.differs"),
        ("UPDATE change SET author = 7 WHERE seq = 3", "record.differs"),
        ("UPDATE change SET body = '[]' WHERE seq = 3", "change.unreadable"),
        ("DELETE FROM change WHERE seq = 2", "change.gap"),
        ("DELETE FROM change WHERE seq = 1", "change.chain"),
        ("UPDATE change SET previous = NULL WHERE seq = 3", "change.does_not_follow"),
        ("UPDATE change SET previous = id WHERE seq = 3", "change.chain"),
        ("UPDATE record SET newest_change = newest_change - 2 WHERE n = 1", "change.unreached"),
        ("INSERT INTO conflict (record, field) VALUES (1, 1)", "conflict.of_no_record"),
        ("INSERT INTO conflict (record, field) SELECT id, 1 FROM record LIMIT 1", "conflict.not_in_log"),
        (
            "INSERT INTO batch SELECT device, 2, 1, zeroblob(32), 0, NULL, x'00' FROM change LIMIT 1",
            "batch.gap",
        ),
        (
            "INSERT INTO receipt SELECT device, 1, 1, zeroblob(32), 0, 0, x'00' FROM change LIMIT 1",
            "receipt.of_no_batch",
        ),
    ];
    for (sql, code) in cases {
        let found = spoiled(sql);
        assert!(found.iter().any(|difference| difference.starts_with(code)), "{sql}: {found:?}");
    }
}

#[test]
fn a_chain_that_does_not_follow_is_found_by_whoever_knows_how_it_is_made() {
    let mut rig = filled();
    let batch = crate::BatchRow { first_seq: 1, count: 3, chain: [4; 32], bytes: vec![4] };
    rig.register.transact(crate::Operation::BatchSeal, 0, |w| w.store_batch(&batch)).expect("a batch");
    rig.assert_clean();
    let right =
        rig.register.verify_with(|before, batch| *before == [0; 32] && batch.bytes == [4]).expect("a check");
    let wrong = rig.register.verify_with(|_, _| false).expect("a check");
    assert!(right.ok && wrong.differences == ["batch.chain 1"]);
}

#[test]
fn facts_and_words_of_another_catalogue_are_made_anew_when_the_register_opens() {
    let rig = filled();
    rig.register
        .conn
        .execute_batch(
            "UPDATE meta SET value = 'an older catalogue' WHERE key = 'projected_with'; DELETE FROM fact",
        )
        .expect("an older state");
    let sql = "INSERT INTO record_search (rowid, folded, marked, kind) VALUES (77, 'x', 'x', 'k1')";
    rig.register.conn.execute(sql, []).expect("an odd row");
    rig.register.conn.execute("UPDATE record SET day = NULL", []).expect("no day");
    assert!(!rig.register.verify().expect("a check").ok);
    rig.reopened().assert_clean();
}

#[test]
fn a_check_counts_what_it_read() {
    let mut rig = filled();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    rig.erase(id, "ghi nhầm");
    let verified = rig.register.verify().expect("a check");
    assert_eq!((verified.ok, verified.records, verified.changes), (true, 33, 37));
}
