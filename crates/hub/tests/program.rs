//! The program itself: what it says to those who run it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const PASSWORD: &str = "mot-mat-khau-dai-2018";

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("it ended by itself");
        Said { code, out: text(output.stdout), err: text(output.stderr) }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}{}", self.out, self.err))
    }

    fn error_code(&self) -> String {
        let last = self.err.lines().last().expect("a failure is told");
        let told: Value = serde_json::from_str(last).expect("as JSON");
        told["error"]["code"].as_str().expect("a code").to_owned()
    }
}

fn hub(data: &Path, words: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sohoi-hub"));
    command.arg("--data").arg(data).args(words).env("SOHOI_HUB_PASSWORD", PASSWORD);
    Said::of(command.output().expect("it starts"))
}

fn init(data: &Path) -> Said {
    hub(data, &["--json", "init", "--unit", "46", "--admin", "admin"])
}

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let said = init(folder.path());
    assert_eq!(said.code, 0, "{}", said.err);
    folder
}

#[test]
fn an_enrolment_file_with_an_address_that_only_this_machine_reaches_is_warned_of() {
    let folder = made();
    let enrol = |words: &[&str]| {
        let said = hub(folder.path(), &[words, &["enrol", "--unit", "20044"]].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        said
    };
    for address in ["http://0.0.0.0:8484", "http://[::]:8484", "http://127.0.0.1:8484", "http://localhost"] {
        std::fs::write(folder.path().join("address"), address).expect("as serve leaves it");
        let said = enrol(&["--json"]);
        assert_eq!(said.json()["warning"], "enrol.local_address", "{address}");
        assert_eq!(said.json()["hub_url"], address);
        for (lang, word) in [("vi", "Cảnh báo"), ("en", "Warning")] {
            let said = enrol(&["--lang", lang]);
            assert!(said.err.contains(word) && said.err.contains(address), "{}", said.err);
            assert!(said.out.contains(address), "{}", said.out);
        }
    }
    std::fs::write(folder.path().join("address"), "https://192.0.2.7:8484").expect("as serve leaves it");
    let said = enrol(&[]);
    assert!(said.err.is_empty() && said.out.contains("https://192.0.2.7:8484"), "{}{}", said.out, said.err);
    // Who says it means it.
    let said = hub(folder.path(), &["--json", "enrol", "--unit", "20044", "--url", "http://127.0.0.1:9"]);
    assert_eq!((said.code, said.json().get("warning")), (0, None), "{}", said.err);
}

#[test]
fn what_is_left_of_a_hub_is_not_taken_for_none() {
    let folder = made();
    let (file, log) = (folder.path().join("hub.db"), folder.path().join("hub.db-wal"));
    let whole = std::fs::read(&file).expect("a file");
    let damaged = |what: &str| {
        for words in [&["verify"][..], &["init", "--unit", "46", "--admin", "admin"], &["serve"]] {
            let said = hub(folder.path(), &[&["--json"], words].concat());
            assert_eq!((said.code, said.error_code().as_str()), (4, "storage.damaged"), "{what}: {words:?}");
        }
    };
    std::fs::write(&file, b"").expect("emptied");
    damaged("empty");
    assert_eq!(std::fs::metadata(&file).expect("a file").len(), 0);
    std::fs::remove_file(&file).expect("removed");
    std::fs::write(&log, b"what was written last").expect("its log");
    let gone = hub(folder.path(), &["--json", "init", "--unit", "46", "--admin", "admin"]);
    assert_eq!((gone.code, gone.error_code().as_str()), (4, "storage.damaged"));
    assert!(!file.exists() && log.exists(), "nothing was made, nothing was removed");
    damaged("gone");
    std::fs::remove_file(&log).expect("removed");
    std::fs::write(&file, whole).expect("the backup");
    assert_eq!(hub(folder.path(), &["--json", "verify"]).code, 0);
    let again = init(folder.path());
    assert_eq!((again.code, again.error_code().as_str()), (3, "hub.already_initialised"));
}

#[test]
fn where_nothing_is_there_is_no_hub_yet_and_an_init_that_failed_leaves_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = hub(folder.path(), &["--json", "verify"]);
    assert_eq!((said.code, said.error_code().as_str()), (3, "hub.not_initialised"));
    let said = hub(folder.path(), &["--json", "init", "--unit", "99", "--admin", "admin"]);
    assert_eq!((said.code, said.error_code().as_str()), (3, "unit.unknown"));
    assert_eq!(init(folder.path()).code, 0);
}

#[test]
fn a_certificate_of_an_authority_is_told_at_the_start_with_the_command_that_makes_another() {
    let folder = made();
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::new(vec!["sohoi.example".to_string()]).expect("a name");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let (certificate, key_file) = (folder.path().join("hub.pem"), folder.path().join("hub-key.pem"));
    std::fs::write(&certificate, params.self_signed(&key).expect("made").pem()).expect("written");
    std::fs::write(&key_file, key.serialize_pem()).expect("written");
    let [certificate, key_file] = [&certificate, &key_file].map(|path| path.to_str().expect("a plain name"));
    let serve = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key_file];
    let said = hub(folder.path(), &[&["--json"], &serve[..]].concat());
    assert_eq!((said.code, said.error_code().as_str()), (2, "usage.ca_certificate"));
    assert!(hub(folder.path(), &serve).err.contains("-addext basicConstraints=critical,CA:FALSE"));
}

#[test]
fn a_backup_is_one_file_of_a_whole_hub_and_goes_over_nothing() {
    let folder = made();
    let backup = folder.path().join("backup.db");
    let to = backup.to_str().expect("a plain name");
    let said = hub(folder.path(), &["--json", "backup", to]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.json()["bytes"], std::fs::metadata(&backup).expect("a file").len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&backup).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it has the hub's key");
    }
    let before = std::fs::read(&backup).expect("a file");
    let again = hub(folder.path(), &["--json", "backup", to]);
    assert_eq!((again.code, again.error_code().as_str()), (3, "bundle.exists"));
    assert_eq!(std::fs::read(&backup).expect("a file"), before);
    // In a folder of its own it is the same hub.
    let other = tempfile::tempdir().expect("a folder");
    std::fs::rename(&backup, other.path().join("hub.db")).expect("put there");
    let verified = hub(other.path(), &["--json", "verify"]);
    assert_eq!((verified.code, &verified.json()["ok"]), (0, &Value::Bool(true)));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert!(
        left.iter().flatten().all(|file| file.file_name().to_string_lossy().starts_with("hub.db")),
        "{left:?}"
    );
}

#[test]
fn a_backup_of_no_hub_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup.db");
    let said = hub(folder.path(), &["--json", "backup", backup.to_str().expect("a plain name")]);
    assert_eq!((said.code, said.error_code().as_str()), (3, "hub.not_initialised"));
    assert!(!backup.exists());
}

#[test]
fn a_lost_password_is_replaced_by_whoever_runs_the_hub() {
    let folder = made();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sohoi-hub"));
    command.arg("--data").arg(folder.path()).args(["--json", "user", "password", "admin"]);
    let weak = Said::of(command.env("SOHOI_HUB_PASSWORD", "ngan").output().expect("it starts"));
    assert_eq!((weak.code, weak.error_code().as_str()), (3, "auth.weak_password"));
    let said = hub(folder.path(), &["--json", "user", "password", "admin"]);
    assert_eq!((said.code, &said.json()["user"]), (0, &Value::from("admin")), "{}", said.err);
    let said = hub(folder.path(), &["--json", "user", "password", "nobody"]);
    assert_eq!((said.code, said.error_code().as_str()), (3, "auth.unknown_account"));
    assert_eq!(hub(folder.path(), &["--json", "verify"]).code, 0, "the audit has it");
}

#[test]
fn each_person_has_an_account_of_her_own_and_the_last_one_of_the_province_stays() {
    let folder = made();
    let run = |words: &[&str]| hub(folder.path(), &[&["--json", "user"], words].concat());
    let refused = |words: &[&str]| {
        let said = run(words);
        (said.code, said.error_code())
    };
    let refusal = |code: &str| (3, code.to_string());
    assert_eq!(refused(&["remove", "admin"]), refusal("auth.last_account"));
    let said = run(&["add", " Phòng Tổ chức ", "--unit", "20044"]);
    assert_eq!((said.code, &said.json()["user"]), (0, &Value::from("Phòng Tổ chức")), "{}", said.err);
    assert_eq!(said.json()["unit"]["code"], "20044");
    assert_eq!(refused(&["remove", "admin"]), refusal("auth.last_account"), "that one sees a commune");
    assert_eq!(refused(&["add", "Phòng Tổ chức"]), refusal("auth.account_exists"));
    assert_eq!(refused(&["add", "x", "--unit", "99999"]), refusal("unit.unknown"));
    assert_eq!(refused(&["add", "  "]), refusal("auth.bad_name"));
    assert_eq!(run(&["add", "second"]).code, 0);
    let listed = run(&["list"]);
    let users: Vec<_> = listed.out.lines().map(|line| line.parse::<Value>().expect("JSON")).collect();
    let names: Vec<_> = users.iter().filter_map(|user| user["user"].as_str()).collect();
    assert_eq!(names, ["Phòng Tổ chức", "admin", "second"]);
    assert!(users.iter().all(|user| user["created_at"].is_string() && user["unit"]["name"].is_string()));
    assert_eq!(run(&["remove", "admin"]).code, 0);
    assert_eq!(refused(&["remove", "admin"]), refusal("auth.unknown_account"));
    assert_eq!(refused(&["remove", "second"]), refusal("auth.last_account"));
    assert_eq!(hub(folder.path(), &["--json", "verify"]).code, 0, "the audit has all of it");
}
