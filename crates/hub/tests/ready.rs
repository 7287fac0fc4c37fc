//! Whether the hub is ready: it reads, and can write beside its database.

mod rig;

use std::time::Duration;

use rig::client::ask;
use rig::{Rig, Server};

const ROOM: &str = "hub.db-room";

fn ready(server: &Server) -> (u16, Option<String>) {
    let answer = ask(server.address, "GET", "/readyz", &[], b"");
    let code = (answer.status != 204).then(|| answer.code());
    (answer.status, code)
}

#[test]
fn a_hub_that_can_write_is_ready_and_leaves_nothing_behind() {
    let rig = Rig::new();
    let server = rig.serve(Duration::from_secs(10));
    // As a hub that was killed in between leaves it.
    std::fs::write(rig.folder.path().join(ROOM), "a half").expect("a file");
    assert_eq!(ready(&server), (204, None));
    assert!(!rig.folder.path().join(ROOM).exists());
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_the_hub_is_not_ready_until_there_is_room() {
    let rig = Rig::new();
    let server = rig.serve(Duration::from_secs(10));
    // The system's own full disk.
    std::os::unix::fs::symlink("/dev/full", rig.folder.path().join(ROOM)).expect("a link");
    assert_eq!(ready(&server), (507, Some("storage.full".to_string())));
    assert_eq!(ready(&server), (204, None));
}

#[test]
fn a_folder_that_takes_nothing_is_told_with_its_code() {
    let rig = Rig::new();
    let server = rig.serve(Duration::from_secs(10));
    std::fs::create_dir(rig.folder.path().join(ROOM)).expect("a folder in its place");
    assert_eq!(ready(&server), (503, Some("storage.failed".to_string())));
}
