//! Codes: used once, by the right commune, in time.

mod rig;

use std::time::Duration;

use rig::client::ask;
use rig::{Rig, request, unit};
use sohoi_hub::{HubError, device};
use sohoi_hub_db::story::Pen;

fn code_of(error: HubError) -> &'static str {
    error.code()
}

#[test]
fn a_code_is_used_once_and_the_hubs_key_comes_with_it() {
    let rig = Rig::new();
    let pen = Pen::new(&rig::CATALOGUE, 1, unit("20044", "2026-01-01"));
    let file = device::invite(&rig.hub, &pen.unit, "http://hub.example", Vec::new(), "cli").expect("a file");
    assert_eq!((file.unit_name.as_str(), file.version), ("Xã A Lưới 2", 1));
    let res = device::enrol(&rig.hub, &request(&pen, &file.code)).expect("enrolled");
    assert_eq!((&res.hub_key, res.hub_id.len(), res.token.len()), (&file.hub_key, 16, 64));
    let other = Pen::new(&rig::CATALOGUE, 2, pen.unit.clone());
    let again = device::enrol(&rig.hub, &request(&other, &file.code)).expect_err("used");
    assert_eq!(code_of(again), "enrol.expired");
}

#[test]
fn a_typed_code_counts_however_it_was_typed() {
    let rig = Rig::new();
    let pen = Pen::new(&rig::CATALOGUE, 1, unit("20044", "2026-01-01"));
    let code = device::invite(&rig.hub, &pen.unit, "", Vec::new(), "cli").expect("a file").code;
    let typed = code.to_lowercase().replace('-', " ");
    device::enrol(&rig.hub, &request(&pen, &typed)).expect("enrolled");
}

#[test]
fn wrong_codes_units_and_signatures_are_refused_and_use_nothing_up() {
    let rig = Rig::new();
    let pen = Pen::new(&rig::CATALOGUE, 1, unit("20044", "2026-01-01"));
    let code = device::invite(&rig.hub, &pen.unit, "", Vec::new(), "cli").expect("a file").code;
    let refused = |req| code_of(device::enrol(&rig.hub, &req).expect_err("refused"));
    assert_eq!(refused(request(&pen, "AAAAA-AAAAA")), "enrol.bad_code");
    let other = Pen::new(&rig::CATALOGUE, 1, unit("20047", "2018-01-01"));
    assert_eq!(refused(request(&other, &code)), "enrol.other_unit");
    let older = Pen::new(&rig::CATALOGUE, 1, unit("20044", "2018-01-01"));
    assert_eq!(refused(request(&older, &code)), "enrol.other_unit", "another version of the same code");
    let mut unsigned = request(&pen, &code);
    unsigned.signature = "00".repeat(64);
    assert_eq!(refused(unsigned), "enrol.bad_code");
    let mut borrowed = request(&pen, &code);
    borrowed.device = "0000000000000001".into();
    assert_eq!(refused(borrowed), "enrol.bad_code");
    device::enrol(&rig.hub, &request(&pen, &code)).expect("it is still good");
}

#[test]
fn a_token_that_a_later_enrolment_replaced_is_not_known_and_nobody_was_shut_out() {
    let rig = Rig::new();
    let pen = Pen::new(&rig::CATALOGUE, 1, unit("20044", "2026-01-01"));
    let code = device::invite(&rig.hub, &pen.unit, "", Vec::new(), "cli").expect("a file").code;
    let enrolled = || device::enrol(&rig.hub, &request(&pen, &code)).expect("enrolled").token;
    // The answer to the second was lost on its way.
    let (first, second) = (enrolled(), enrolled());
    let server = rig.serve(Duration::from_secs(10));
    let said = |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-sohoi")];
        ask(server.address, "POST", "/v1/sync", &headers, b"")
    };
    let answer = said(&first);
    assert_eq!((answer.status, answer.code().as_str()), (401, "sync.unknown_device"));
    assert_eq!(said(&second).status, 200);
    rig.hub.db.revoke_device(pen.device, 0, "cli").expect("revoked");
    assert_eq!(said(&second).code(), "sync.revoked");
}
