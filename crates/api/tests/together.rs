//! Several commands in one request: each has its own answer, in its place.

use serde_json::{Value, json};
use sohoi_api::dto::{Answered, Asked};
use sohoi_api::{Desk, MOST_TOGETHER, together};

fn asked(commands: &[(&str, Value)]) -> Vec<Asked> {
    commands
        .iter()
        .map(|(command, request)| Asked { command: (*command).into(), request: request.clone() })
        .collect()
}

fn desk() -> (Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(&folder.path().join("sổ"), Box::new(|_| {}));
    let req = json!({ "unit_code": "20044", "on": null, "officer": "Cán bộ Thử", "pin": "274189" });
    desk.call("register_create", req).expect("a register");
    (desk, folder)
}

#[test]
fn each_is_answered_in_its_place() {
    let (desk, _folder) = desk();
    let nobody = json!({ "id": "00000000-0000-7000-8000-000000000000" });
    let save = json!({ "kind": "activity", "id": null, "fields": {}, "draft": null });
    let all = asked(&[
        ("record_get", nobody),
        ("app_state", json!({})),
        ("record_save", save),
        ("what_is_this", json!({})),
        ("views_get", json!({})),
    ]);
    let answers = together(all, |command, request| desk.call(command, request)).expect("answers");
    let said: Vec<String> = answers
        .into_iter()
        .map(|answer| match answer {
            Answered::Ok(answer) if answer.get("today").is_some() => "state".to_string(),
            Answered::Ok(answer) => answer.to_string(),
            Answered::Error(error) => error.code,
        })
        .collect();
    assert_eq!(
        said,
        ["record.unknown_id", "state", "usage.bad_request", "usage.bad_request", r#"{"views":[]}"#]
    );
}

#[test]
fn what_writes_is_not_run_among_others() {
    let ran = |_: &str, _: Value| panic!("it was run");
    let answers = together(asked(&[("undo", json!({}))]), ran).expect("answers");
    assert!(matches!(&answers[..], [Answered::Error(error)] if error.code == "usage.bad_request"));
}

#[test]
fn too_many_are_refused_before_one_is_run() {
    let all = vec![("app_state", json!({})); MOST_TOGETHER + 1];
    let refused = together(asked(&all), |_, _| panic!("one was run")).expect_err("too many");
    assert_eq!(refused.code, "usage.bad_request");
}
