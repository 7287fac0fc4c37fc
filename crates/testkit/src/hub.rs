//! The province's hub: the real program on a free port, over a folder of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::Answer;
use crate::place::{artifact, program};
use crate::process::Running;

pub const ADMIN: &str = "admin";
pub const PASSWORD: &str = "mot-mat-khau-dai-2018";

/// A certificate that signs itself, as an office without an authority makes it.
struct Certificate {
    chain: PathBuf,
    key: PathBuf,
}

pub struct Hub {
    program: PathBuf,
    data: PathBuf,
    log: PathBuf,
    /// Kept over restarts, as a real hub keeps its address.
    port: u16,
    process: Option<Running>,
    certificate: Option<Certificate>,
    /// Enrolment files go here; removed with the rig.
    folder: TempDir,
}

impl Hub {
    /// Makes a hub for the province of Hue; it does not listen yet. `name` is that of its log.
    pub fn prepare(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let data = folder.path().join("data");
        let log = artifact(&format!("{name}-hub.log"));
        // An older log would be read as this one's.
        let _ = std::fs::remove_file(&log);
        let hub = Self::over_data(program("sohoi-hub"), data, log, folder);
        hub.ask(&["init", "--unit", "46", "--admin", ADMIN]).done();
        hub
    }

    /// Takes a hub that was made by somebody else, with the program that made it.
    pub fn over(program: PathBuf, data: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let log = folder.path().join("hub.log");
        Self::over_data(program, data, log, folder)
    }

    fn over_data(program: PathBuf, data: PathBuf, log: PathBuf, folder: TempDir) -> Self {
        Self { program, data, log, port: free_port(), process: None, certificate: None, folder }
    }

    /// Makes one and waits until it listens.
    pub fn start(name: &str) -> Self {
        let mut hub = Self::prepare(name);
        hub.serve();
        hub
    }

    /// The same, speaking TLS. Returns its certificate, which no system knows.
    pub fn start_tls(name: &str) -> (Self, PathBuf) {
        let mut hub = Self::prepare(name);
        let file = |name: &str| hub.folder.path().join(name);
        let certificate = Certificate { chain: file("hub.pem"), key: file("hub-key.pem") };
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        std::fs::write(&certificate.chain, made.cert.pem()).expect("the certificate can be written");
        std::fs::write(&certificate.key, made.signing_key.serialize_pem()).expect("its key too");
        let chain = certificate.chain.clone();
        hub.certificate = Some(certificate);
        hub.serve();
        (hub, chain)
    }

    /// The private key of its certificate.
    pub fn tls_key(&self) -> Option<&Path> {
        self.certificate.as_ref().map(|certificate| certificate.key.as_path())
    }

    pub fn serve(&mut self) {
        let mut command = Running::command(&self.program);
        let listen = format!("127.0.0.1:{}", self.port);
        command.arg("--data").arg(&self.data).args(["--json", "serve", "--listen", &listen]);
        if let Some(certificate) = &self.certificate {
            command.arg("--tls-cert").arg(&certificate.chain).arg("--tls-key").arg(&certificate.key);
        }
        let log = std::fs::File::options().create(true).append(true).open(&self.log);
        command.stdout(Stdio::piped()).stderr(log.expect("the hub's log can be written"));
        let mut process = Running::start(&mut command);
        let stdout = process.child().stdout.take().expect("stdout is a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the hub writes text");
        let said: Value = serde_json::from_str(&line)
            .unwrap_or_else(|e| panic!("the hub said `{line}` instead of where it listens: {e}"));
        assert!(said["listening"].is_string(), "the hub names its address: {said}");
        self.process = Some(process);
    }

    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    pub fn address(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Everything that the hub wrote to stderr, over restarts.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// `sohoi-hub --data DIR --json …`.
    pub fn ask(&self, words: &[&str]) -> Answer {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.data).arg("--json").args(words).stdin(Stdio::null());
        command.env("SOHOI_HUB_PASSWORD", PASSWORD).env_remove("LANG").env("LC_ALL", "C.UTF-8");
        Answer::read(&command.output().expect("sohoi-hub starts"))
    }

    /// A one-time enrolment file for a commune.
    pub fn enrolment(&self, unit: &str) -> PathBuf {
        self.enrolment_on(unit, None)
    }

    /// The same for the commune that had this code on that day.
    pub fn enrolment_on(&self, unit: &str, day: Option<&str>) -> PathBuf {
        let file = self.folder.path().join(format!("enrolment-{unit}.json"));
        let mut words = vec!["enrol", "--unit", unit, "--out", text(&file)];
        words.extend(day.iter().flat_map(|day| ["--on", day]));
        self.ask(&words).done();
        file
    }

    /// The same with certificates for the commune to trust.
    pub fn enrolment_with_root(&self, unit: &str, root: &Path) -> PathBuf {
        let file = self.folder.path().join(format!("enrolment-{unit}-root.json"));
        self.ask(&["enrol", "--unit", unit, "--root", text(root), "--out", text(&file)]).done();
        file
    }

    /// A one-time code for a commune, to be typed.
    pub fn code(&self, unit: &str) -> String {
        let made = self.ask(&["enrol", "--unit", unit]).done().one();
        made["code"].as_str().expect("an enrolment has a code").to_owned()
    }

    pub fn figures(&self, unit: &str, period: &str, calendar: &str) -> Value {
        self.ask(&["figures", "--unit", unit, "--period", period, "--calendar", calendar]).done().one()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// A port that nobody listens on now; whoever asks next gets another one.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a free port");
    listener.local_addr().expect("a listener has an address").port()
}
