use std::sync::Arc;

use serde_json::json;
use sohoi_domain::catalogue::Pack;
use sohoi_domain::change::Change;
use sohoi_domain::{Catalogue, DeviceId, Fields, Hlc, Op, RecordId, Value, Version};

use super::rig::{NOW_MS, PIN, Rig, catalogue, fields, rig};
use crate::{Operation, Register, Unlock};

const OTHER: DeviceId = DeviceId(0x0000_0000_dead_beef);

fn work(state: &str) -> Fields {
    let typed = json!({"content": "Làm đường hoa", "programme": "nong_thon_moi", "registered_with": "cap_uy",
                       "registered_on": "2018-05-01", "state": state});
    fields("registered_work", typed)
}

fn state(rig: &Rig, id: RecordId) -> Option<String> {
    let num = catalogue().kind("registered_work").and_then(|kind| kind.field("state")).expect("a field").num;
    let record = rig.register.record(id).expect("a read").expect("a record");
    record.state.fields.get(&num).and_then(Value::as_code).map(str::to_owned)
}

// Later by the clock than what this PC wrote.
fn elsewhere(rig: &mut Rig, id: RecordId, state: &str) {
    let kind = catalogue();
    let kind = kind.kind("registered_work").expect("a kind");
    let num = kind.field("state").expect("a field").num;
    let patch = Change {
        seq: 1,
        hlc: Hlc(0).tick(NOW_MS + 60_000),
        author: 1,
        record: id,
        kind: kind.num,
        op: Op::Patch,
        unit: None,
        fields: [(num, Some(Value::Code(state.into())))].into(),
        replaces: [(num, vec![Version { device: id.device, seq: 1 }])].into(),
        catalogue: 1,
        reason: None,
    };
    rig.register
        .transact(Operation::RemoteApply, NOW_MS, |w| w.apply_remote(&patch, OTHER))
        .expect("applied");
}

fn reopened_with(rig: Rig, catalogue: Catalogue) -> Rig {
    let Rig { register, recovery, home } = rig;
    drop(register);
    let register = Register::open(home.path(), Arc::new(catalogue), Unlock::Pin(PIN), NOW_MS);
    Rig { register: register.expect("it opens"), recovery, home }
}

fn without_ranks() -> Catalogue {
    let lines = |text: &str| {
        text.lines().filter(|line| !line.starts_with("rank = ")).map(|l| format!("{l}\n")).collect()
    };
    let files = Pack::embedded().files().map(|(path, text)| (path.to_string(), lines(text))).collect();
    Catalogue::load(&Pack::new(files)).expect("it is as good")
}

#[test]
fn work_that_is_done_on_one_pc_stays_done_though_another_says_later_that_it_goes_on_and_both_are_asked_about()
{
    let mut rig = rig();
    let id = rig.add("registered_work", work("not_started"));
    rig.patch(id, work("done"));
    elsewhere(&mut rig, id, "doing");
    assert_eq!(state(&rig, id).as_deref(), Some("done"));
    let asked = rig.register.conflicts_of(id).expect("conflicts").remove(0);
    assert_eq!(asked.waiting[0].value, Some(Value::Code("doing".into())));
    rig.assert_clean();
    // She who sees that it is done may still say that it is not, without a card.
    rig.patch(id, work("not_started"));
    assert_eq!(state(&rig, id).as_deref(), Some("not_started"));
    assert!(rig.register.conflicts().expect("conflicts").is_empty());
    rig.assert_clean();
}

#[test]
fn with_a_catalogue_that_brings_ranks_or_takes_them_back_every_record_shows_what_it_says() {
    let mut rig = reopened_with(rig(), without_ranks());
    let id = rig.add("registered_work", work("not_started"));
    rig.patch(id, work("done"));
    elsewhere(&mut rig, id, "doing");
    assert_eq!(state(&rig, id).as_deref(), Some("doing"), "the newest");
    let rig = reopened_with(rig, Catalogue::embedded());
    assert_eq!(state(&rig, id).as_deref(), Some("done"));
    rig.assert_clean();
    let rig = reopened_with(rig, without_ranks());
    assert_eq!(state(&rig, id).as_deref(), Some("doing"));
    rig.assert_clean();
}
