//! What the generator makes, as records of a register.

use sohoi_domain::{Catalogue, Change, Day, Fields, Value};
use sohoi_store::{Operation, Register};

/// Creates the records through the register's one door, each at the time that the generator says. It must be the
/// register of the generator's device and hold nothing before, so that the ids are those that the records refer to.
pub fn fill(register: &mut Register, made: &[Change]) {
    for change in made {
        let kind = register.catalogue().kind_by_num(change.kind).expect("a kind of the catalogue").id.clone();
        let unit = change.unit.clone().expect("a new record has a unit");
        let mut fields =
            change.fields.iter().filter_map(|(num, value)| Some((*num, value.clone()?))).collect();
        keep_to_unit_days(register.catalogue(), change, &mut fields);
        let add = register.transact(Operation::RecordAdd, change.hlc.wall_ms(), |writer| {
            writer.create_record(&kind, unit, fields)
        });
        assert_eq!(add.expect("the record is taken").output, change.record);
    }
}

// The generator asks no rules, but a hub refuses an event from before its commune was there.
fn keep_to_unit_days(catalogue: &Catalogue, change: &Change, fields: &mut Fields) {
    let kind = catalogue.kind_by_num(change.kind).expect("a kind of the catalogue");
    let valid_from = change.unit.as_ref().expect("a new record has a unit").valid_from;
    let Some(Value::Day(day)) = kind.field(&kind.date_field).and_then(|field| fields.get_mut(&field.num))
    else {
        return;
    };
    if kind.is_bound_to_unit_days() && *day < valid_from {
        let n_days = Day::from_unix_ms(change.hlc.wall_ms(), 420).number() - valid_from.number();
        *day = valid_from.plus(day.number().rem_euclid(n_days));
    }
}
