//! TLS from the register to the hub, with a certificate that no system knows.

use sohoi_testkit::{Cli, Hub, Line, contains};
use sohoi_tests::activity;

fn path(path: &std::path::Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

fn register(folder: &std::path::Path, name: &str) -> Cli {
    let cli = Cli::at(folder.join(name));
    cli.init("20044");
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    cli
}

#[test]
fn a_register_trusts_the_certificate_of_its_enrolment_file_and_no_other() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (hub, root) = Hub::start_tls("secure-line");

    let stranger = register(folder.path(), "without the root");
    let answer = stranger.ask(&["enrol", path(&hub.enrolment("20044"))]);
    assert_eq!(answer.code, 5, "{answer:?}");
    assert_eq!(answer.error_code().as_deref(), Some("sync.untrusted"), "{answer:?}");

    let cli = register(folder.path(), "with the root");
    cli.get(&["enrol", path(&hub.enrolment_with_root("20044", &root))]);
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    assert_eq!(cli.get(&["status"])["unsent"], 0);
}

/// Somebody in the middle with a certificate of his own, at the address of the enrolment file.
#[test]
fn another_hub_at_the_same_address_gets_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut hub, root) = Hub::start_tls("secure-line-own");
    let cli = register(folder.path(), "register");
    cli.get(&["enrol", path(&hub.enrolment_with_root("20044", &root))]);
    hub.stop();

    let (other, _) = Hub::start_tls("secure-line-other");
    let line = Line::at(hub.port(), other.port());
    let answer = cli.ask(&["sync"]);
    assert_eq!(answer.code, 5, "{answer:?}");
    assert_eq!(answer.error_code().as_deref(), Some("sync.untrusted"), "{answer:?}");
    assert_eq!(cli.get(&["status"])["unsent"], 1);
    assert!(line.n_bytes().0 > 0, "the register came by");
    assert!(!contains(&line.heard(), b"Bearer"), "and told nothing");
}

#[test]
fn a_private_key_is_no_root() {
    let (hub, _) = Hub::start_tls("secure-line-key");
    let key = hub.tls_key().expect("it speaks TLS");
    let answer = hub.ask(&["enrol", "--unit", "20044", "--root", path(key)]);
    assert_eq!(answer.code, 2, "{answer:?}");
    assert_eq!(answer.error_code().as_deref(), Some("usage.bad_certificate"), "{answer:?}");
}
