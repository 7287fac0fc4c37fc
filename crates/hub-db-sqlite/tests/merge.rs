//! Batches of several devices of a commune, in any order: the hub's open fields come out the same, and they
//! are those of the registers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;
use sohoi_domain::catalogue::Privacy;
use sohoi_domain::change::{Erasure, RecordState, Terms, WHOLE_RECORD, Write, apply};
use sohoi_domain::{Catalogue, Change, DeviceId, FieldNum, Op, RecordId, Value};
use sohoi_hub_db::story::{Pen, accept, unit};
use sohoi_hub_db::{Accepted, AccountRow, Enrolled, EnrolmentRow, HubDb, HubRow, NewDevice, SumQuery};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::batch::{Chain, Sealed};

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

const N: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Create { on: usize, personal: bool },
    // Which field, and one of few values: of a member also a personal one.
    Edit { on: usize, at: usize, field: usize, n: i64 },
    Erase { on: usize, at: usize },
    Restore { on: usize, at: usize },
    Pull { to: usize, from: usize, n: usize },
    Seal { on: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (on, at) = (0..N, 0..4_usize);
    prop_oneof![
        2 => (on.clone(), any::<bool>()).prop_map(|(on, personal)| Step::Create { on, personal }),
        6 => (on.clone(), at.clone(), 0..2_usize, 1..4_i64)
            .prop_map(|(on, at, field, n)| Step::Edit { on, at, field, n }),
        1 => (on.clone(), at.clone()).prop_map(|(on, at)| Step::Erase { on, at }),
        1 => (on.clone(), at).prop_map(|(on, at)| Step::Restore { on, at }),
        5 => (on.clone(), on.clone(), 1..5_usize).prop_map(|(to, from, n)| Step::Pull { to, from, n }),
        3 => on.prop_map(|on| Step::Seal { on }),
    ]
}

type Made = (Change, DeviceId);

struct Pc {
    pen: Pen<'static>,
    log: Vec<Change>,
    known: Vec<Made>,
    saw: [usize; N],
    // With the chain before each.
    batches: Vec<(Sealed, Chain)>,
}

struct Commune {
    pcs: Vec<Pc>,
    made: Vec<RecordId>,
}

fn fold(record: RecordId, changes: &[Made]) -> Option<RecordState> {
    let of_record = || changes.iter().filter(|(change, _)| change.record == record);
    let creates = of_record().filter(|(change, _)| change.op == Op::Create);
    let rest = of_record().filter(|(change, _)| change.op != Op::Create);
    creates.chain(rest).fold(None, |state, (change, device)| {
        apply(state.clone(), change, *device, Terms::of(&CATALOGUE, change.kind)).ok().or(state)
    })
}

impl Commune {
    fn new() -> Commune {
        let town = unit(&CATALOGUE, "20044", "2018-06-01");
        let pc = |secret: u8| Pc {
            pen: Pen::new(&CATALOGUE, secret, town.clone()),
            log: Vec::new(),
            known: Vec::new(),
            saw: [0; N],
            batches: Vec::new(),
        };
        Commune { pcs: (1..).take(N).map(pc).collect(), made: Vec::new() }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Create { on, personal } => self.create(on, personal),
            Step::Edit { on, at, field, n } => self.edit((on, at), field, n),
            Step::Erase { on, at } => self.erase(on, at),
            Step::Restore { on, at } => self.restore(on, at),
            Step::Pull { to, from, n } => self.pull(to, from, n),
            Step::Seal { on } => self.seal(on),
        }
    }

    fn state(&self, on: usize, at: usize) -> Option<RecordState> {
        let id = self.made.iter().rev().nth(at)?;
        fold(*id, &self.pcs[on].known)
    }

    fn create(&mut self, on: usize, personal: bool) {
        let first = |list: &str| CATALOGUE.list(list).expect("a list").items[0].code.clone();
        let pen = &mut self.pcs[on].pen;
        let id = match personal {
            true => pen.create(
                "member",
                json!({"full_name": "Test Person", "birth_year": 1990, "sex": "female", "joined_on": "2018-06-01",
                       "status": first("member_status"), "consent_form": first("consent_form"),
                       "consent_on": "2018-06-01"}),
            ),
            false => pen.create(
                "mediation",
                json!({"held_on": "2018-06-05", "topic": first("mediation_topic"), "n_cases": 3, "n_settled": 1}),
            ),
        };
        let change = pen.pending.pop().expect("just made");
        self.made.push(id);
        self.log(on, change);
    }

    fn edit(&mut self, (on, at): (usize, usize), field: usize, n: i64) {
        let Some(state) = self.state(on, at).filter(|state| !state.erased) else { return };
        let kind = CATALOGUE.kind_by_num(state.kind).expect("a kind");
        let (id, value) = match (kind.id.as_str(), field) {
            ("member", 0) => ("full_name", Value::Text(format!("Test Person {n}"))),
            // By rank, whatever the clocks say.
            ("member", _) => ("status", Value::Code(["active", "left", "dead"][n as usize % 3].into())),
            (_, 0) => ("n_cases", Value::Int(n)),
            _ => ("n_settled", Value::Int(n)),
        };
        let num = kind.field(id).expect("a field").num;
        let mut change = self.pcs[on].pen.change(state.id, state.kind, Op::Patch);
        let write = Write(change.hlc, Some(value));
        change.replaces.insert(num, state.seen_by_edit(num, &write, Terms::of(&CATALOGUE, state.kind)));
        change.fields.insert(num, write.1);
        self.log(on, change);
    }

    fn erase(&mut self, on: usize, at: usize) {
        let Some(state) = self.state(on, at).filter(|state| !state.erased) else { return };
        let mut change = self.pcs[on].pen.change(state.id, state.kind, Op::Erase);
        change.replaces.insert(WHOLE_RECORD, state.seen_by_erase());
        self.log(on, change);
    }

    fn restore(&mut self, on: usize, at: usize) {
        let can = |state: &RecordState| state.erased && Erasure::of(&CATALOGUE, state.kind) == Erasure::Hides;
        let Some(state) = self.state(on, at).filter(can) else { return };
        let mut change = self.pcs[on].pen.change(state.id, state.kind, Op::Restore);
        change.replaces.insert(WHOLE_RECORD, state.seen_by_restore());
        self.log(on, change);
    }

    fn log(&mut self, on: usize, change: Change) {
        let pc = &mut self.pcs[on];
        pc.known.push((change.clone(), pc.pen.device));
        pc.log.push(change.clone());
        pc.pen.pending.push(change);
    }

    fn pull(&mut self, to: usize, from: usize, n: usize) {
        if to == from {
            return;
        }
        let (seen, device) = (self.pcs[to].saw[from], self.pcs[from].pen.device);
        let new: Vec<Made> =
            self.pcs[from].log.iter().skip(seen).take(n).map(|change| (change.clone(), device)).collect();
        self.pcs[to].saw[from] += new.len();
        self.pcs[to].known.extend(new);
    }

    fn seal(&mut self, on: usize) {
        let pc = &mut self.pcs[on];
        if pc.pen.pending.is_empty() {
            return;
        }
        let previous = pc.pen.chain;
        let sealed = pc.pen.seal();
        pc.batches.push((sealed, previous));
    }

    fn all(&self) -> Vec<Made> {
        let of = |pc: &Pc| pc.log.iter().map(|change| (change.clone(), pc.pen.device)).collect::<Vec<_>>();
        self.pcs.iter().flat_map(of).collect()
    }
}

fn hub(path: &Path, commune: &Commune) -> SqliteHub {
    let hub = SqliteHub::create(path, CATALOGUE.clone()).expect("a new hub");
    let province = unit(&CATALOGUE, "46", "2026-01-01");
    let row = HubRow { secret_key: [42; 32], unit: province.clone(), created_at_ms: 0 };
    let password_hash = "$argon2id$".to_string();
    let account = AccountRow { name: "a".into(), password_hash, unit: province, created_at_ms: 0 };
    hub.init(&row, &account).expect("made");
    for (n, pc) in (1_u8..).zip(&commune.pcs) {
        let unit = pc.pen.unit.clone();
        let code =
            EnrolmentRow { code_hash: [n; 32], unit: unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
        hub.add_enrolment(&code, "cli").expect("a code");
        let new = NewDevice {
            device: pc.pen.device,
            public_key: pc.pen.signer.public_key(),
            unit,
            token_hash: [n; 32],
            card: Vec::new(),
            now_ms: 1,
        };
        assert_eq!(hub.enrol(&[n; 32], &new).expect("an answer"), Enrolled::Done);
    }
    hub
}

// The devices take turns as the numbers say; each sends its batches in its order.
fn send(hub: &SqliteHub, commune: &Commune, turns: &[usize]) {
    let mut sent = [0; N];
    for turn in turns.iter().copied().chain((0..N).flat_map(|on| vec![on; 100])) {
        if let Some((sealed, previous)) = commune.pcs[turn].batches.get(sent[turn]) {
            assert_eq!(accept(hub, &commune.pcs[turn].pen, sealed, previous), Accepted::Stored);
            sent[turn] += 1;
        }
    }
    while hub.project().expect("it projects") > 0 {}
}

fn rows(path: &Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(path).expect("the file");
    let mut statement = connection.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

const RECORDS: &str = "SELECT json_array(device, n, kind, unit.code, erased, last_device, last_seq, last_hlc,
                         json(fields), json(versions), json(merge))
                       FROM record JOIN unit ON unit.id = record.unit ORDER BY device, n";

fn open_fields(state: &RecordState) -> BTreeMap<FieldNum, Value> {
    let kind = CATALOGUE.kind_by_num(state.kind).expect("a kind");
    let is_open = |num: &FieldNum| kind.field_by_num(*num).is_some_and(|f| f.privacy == Privacy::Open);
    state.fields.iter().filter(|(num, _)| is_open(num)).map(|(num, value)| (*num, value.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batches_in_any_order_give_the_open_fields_of_the_registers(
        steps in prop::collection::vec(step(), 1..60),
        orders in [prop::collection::vec(0..N, 0..40), prop::collection::vec(0..N, 0..40)],
    ) {
        let mut commune = Commune::new();
        steps.iter().for_each(|step| commune.take(step));
        (0..N).for_each(|on| commune.seal(on));
        let folder = tempfile::tempdir().expect("a folder");
        let paths = ["one.db", "other.db"].map(|name| folder.path().join(name));
        let hubs = [hub(&paths[0], &commune), hub(&paths[1], &commune)];
        (0..2).for_each(|i| send(&hubs[i], &commune, &orders[i]));

        let found = rows(&paths[0], RECORDS);
        prop_assert_eq!(&found, &rows(&paths[1], RECORDS));
        prop_assert_eq!(rows(&paths[0], "SELECT change FROM held_change"), Vec::<String>::new());
        let period = CATALOGUE.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
        let sums = |hub: &SqliteHub| hub.sums(&SumQuery { period, units: None }).expect("sums");
        prop_assert_eq!(sums(&hubs[0]), sums(&hubs[1]));
        for hub in &hubs {
            prop_assert_eq!(hub.verify().expect("a replay").differences, vec![]);
        }

        prop_assert_eq!(found.len(), commune.made.len());
        let all = commune.all();
        for (id, row) in sorted(&commune.made).into_iter().zip(&found) {
            let state = fold(id, &all).expect("it was created");
            let row: serde_json::Value = serde_json::from_str(row).expect("JSON");
            let (last, hlc) = state.last;
            let expected = json!([
                state.erased as u8, last.device.0 as i64, last.seq, hlc.0 as i64, open_fields(&state)
            ]);
            prop_assert_eq!(json!([row[4], row[5], row[6], row[7], row[8]]), expected);
        }
    }
}

fn sorted(made: &[RecordId]) -> Vec<RecordId> {
    let mut ids = made.to_vec();
    ids.sort_by_key(|id| (id.device.0 as i64, id.n));
    ids
}
