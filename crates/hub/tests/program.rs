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
