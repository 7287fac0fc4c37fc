//! The register's command line, its answers read as JSON.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::place::program;

/// Of the registers that tests make.
pub const PIN: &str = "246813";

/// `sohoi --home DIR --json …` with the PIN in the environment.
pub struct Cli {
    program: PathBuf,
    home: PathBuf,
    pin: String,
}

/// What one call said.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    /// The values on stdout, one a line.
    pub lines: Vec<Value>,
    pub stderr: String,
}

impl Cli {
    pub fn at(home: impl Into<PathBuf>) -> Self {
        Self::of(program("sohoi"), home)
    }

    /// The same with a program that was built elsewhere.
    pub fn of(program: PathBuf, home: impl Into<PathBuf>) -> Self {
        Self { program, home: home.into(), pin: PIN.to_owned() }
    }

    pub fn with_pin(mut self, pin: &str) -> Self {
        pin.clone_into(&mut self.pin);
        self
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The command without its own words, for a test that starts and kills it itself.
    pub fn command(&self) -> Command {
        self.prepare(Command::new(&self.program))
    }

    /// The same in a process group of its own.
    pub fn command_in_group(&self) -> Command {
        self.prepare(crate::Running::command(&self.program))
    }

    fn prepare(&self, mut command: Command) -> Command {
        command.arg("--home").arg(&self.home).arg("--json").env("SOHOI_PIN", &self.pin);
        // A folder or a language of the person who runs the tests must not change them.
        command.env_remove("SOHOI_HOME").env_remove("LANG").env("LC_ALL", "C.UTF-8");
        command
    }

    pub fn ask(&self, words: &[&str]) -> Answer {
        self.ask_with(words, b"")
    }

    /// The same with something on stdin.
    pub fn ask_with(&self, words: &[&str], stdin: &[u8]) -> Answer {
        let mut command = self.command();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("sohoi starts");
        let mut pipe = child.stdin.take().expect("stdin is a pipe");
        let bytes = stdin.to_vec();
        // A program may refuse after the first bytes and close its end: that is its right.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
        let output = child.wait_with_output().expect("sohoi ends");
        writer.join().expect("the writer does not panic");
        Answer::read(&output)
    }

    /// The only value of a call that has to succeed.
    pub fn get(&self, words: &[&str]) -> Value {
        self.ask(words).done().one()
    }

    /// Makes the register of a commune.
    pub fn init(&self, unit: &str) -> Value {
        self.init_on(unit, None)
    }

    /// The same for the commune that had this code on that day.
    pub fn init_on(&self, unit: &str, day: Option<&str>) -> Value {
        let mut words = vec!["init", "--unit", unit, "--officer", "Kăn Hoa"];
        words.extend(day.iter().flat_map(|day| ["--on", day]));
        self.get(&words)
    }

    /// Ties it to the hub at an address, which may be that of a line before it.
    pub fn enrol(&self, address: &str, code: &str) {
        self.get(&["enrol", "--hub", address, "--code", code]);
    }

    /// One click that brings everything.
    pub fn sync(&self) -> Value {
        let synced = self.get(&["sync"]);
        assert_eq!(synced["state"], "up_to_date", "{synced}");
        synced
    }

    /// Adds one record that has to be taken; returns its id.
    pub fn add(&self, kind: &str, fields: &Value) -> String {
        let answer = self.ask_with(&["record", "add", kind, "-"], fields.to_string().as_bytes()).done();
        answer.one()["id"].as_str().expect("an added record has an id").to_owned()
    }
}

impl Answer {
    /// Reads what a program of ours wrote; panics when stdout has anything but JSON lines.
    pub fn read(output: &Output) -> Self {
        let stdout = std::str::from_utf8(&output.stdout).expect("stdout is UTF-8");
        let lines = stdout.lines().map(|line| {
            serde_json::from_str(line)
                .unwrap_or_else(|e| panic!("stdout has `{line}`, which is not JSON: {e}"))
        });
        Self {
            // A signal has no code, and no test expects one.
            code: output.status.code().unwrap_or(-1),
            lines: lines.collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Insists on success.
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "expected success: {self:?}");
        self
    }

    pub fn one(mut self) -> Value {
        assert_eq!(self.lines.len(), 1, "expected one line: {self:?}");
        self.lines.remove(0)
    }

    /// The code of the failure: of the last line of stderr, or else of a refused line.
    pub fn error_code(&self) -> Option<String> {
        let last = self.stderr.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok());
        let failures = last.iter().chain(&self.lines);
        let mut codes = failures.filter_map(|value| value["error"]["code"].as_str());
        codes.next().map(str::to_owned)
    }
}
