//! A program in a process group of its own, gone when the test is.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::is_reached;

pub struct Running {
    child: Child,
    group: Pid,
}

impl Running {
    /// Starts what `command`, made by [`Running::command`], describes.
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn().unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
        let group = Pid::from_child(&child);
        Self { child, group }
    }

    /// A command with its own group that the kernel kills should the test die first.
    pub fn command(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program).process_group(0).stdin(Stdio::null());
        command
    }

    /// Sends both outputs of `command` to one file.
    pub fn log(command: &mut Command, name: &str) {
        let log = File::create(crate::artifact(name)).expect("a log can be written");
        let same = log.try_clone().expect("a file can be opened twice");
        command.stdout(log).stderr(same);
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// It and everything that it started.
    pub fn processes(&self) -> Vec<Process> {
        running(self.group)
    }

    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Asks it to end and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let _ = kill_process_group(self.group, Signal::TERM);
        if !is_reached(Duration::from_secs(10), || self.has_ended().is_some()) {
            let _ = kill_process_group(self.group, Signal::KILL);
        }
        self.child.wait().expect("a child can be waited for")
    }

    /// Ends the whole group at once, as a power cut does, and waits until nothing of it is left.
    pub fn cut(&mut self) {
        // An error means that it ended by itself.
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
        let gone = is_reached(Duration::from_secs(5), || !is_alive(self.group));
        assert!(gone, "a killed process group is still there");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
    }
}

/// A process as the system sees it.
pub struct Process {
    id: u32,
    name: String,
    state: String,
    group: String,
    /// Hundredths of a second since the machine started.
    started: u64,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // pid (name) state parent group …, and a name may have anything in it, brackets too.
        let (before, after) = stat.rsplit_once(')')?;
        let words: Vec<&str> = after.split_whitespace().collect();
        Some(Self {
            id,
            name: before.split_once('(')?.1.to_owned(),
            state: (*words.first()?).to_owned(),
            group: (*words.get(2)?).to_owned(),
            started: words.get(19)?.parse().ok()?,
        })
    }

    /// As the system keeps it: the first fifteen letters.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its name is this one; the system keeps fifteen letters.
    pub fn is(&self, name: &str) -> bool {
        name.starts_with(&self.name) && self.name.len() >= name.len().min(15)
    }

    /// Ends it alone, as a system that is short of memory does.
    pub fn kill(&self) {
        let id = i32::try_from(self.id).ok().and_then(Pid::from_raw).expect("a process has a number");
        // An error means that it ended by itself.
        let _ = kill_process(id, Signal::KILL);
    }

    /// The words that it was started with.
    pub fn words(&self) -> Vec<String> {
        let bytes = std::fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        let words = bytes.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Milliseconds since 1970, good to some twenty.
    pub fn started_ms(&self) -> u128 {
        let uptime = std::fs::read_to_string("/proc/uptime").expect("the system knows how long it runs");
        let uptime_s: f64 =
            uptime.split_whitespace().next().and_then(|text| text.parse().ok()).expect("a number");
        let age_ms = (uptime_s * 1000.0) as u128 - u128::from(self.started) * 10;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        now.as_millis() - age_ms
    }

    /// Memory of its own, and its part of what it shares with others.
    pub fn memory_kb(&self) -> u64 {
        // One that has ended has none.
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.id)).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    // The system calls it ended when its first thread is; others may go on for a moment and hold its files.
    fn is_running(&self) -> bool {
        let threads = || std::fs::read_dir(format!("/proc/{}/task", self.id)).map_or(0, Iterator::count);
        self.state != "Z" || threads() > 1
    }
}

/// Those of the group that run; one that only waits to be collected does not.
fn running(group: Pid) -> Vec<Process> {
    let group = group.as_raw_nonzero().to_string();
    let entries = std::fs::read_dir("/proc").expect("the system lists its processes").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(Process::read).filter(|process| process.group == group && process.is_running()).collect()
}

fn is_alive(group: Pid) -> bool {
    !running(group).is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Running, is_alive};

    #[test]
    fn a_power_cut_leaves_nothing_of_a_program_and_its_children() {
        let mut command = Running::command("sh");
        command.args(["-c", "sleep 60 & sleep 60"]);
        let mut running = Running::start(&mut command);
        let group = running.group;
        assert!(is_alive(group));
        running.cut();
        assert!(!is_alive(group));
    }

    #[test]
    fn a_rig_that_is_dropped_takes_its_program_with_it() {
        let mut command = Running::command("sleep");
        let running = Running::start(command.arg("60"));
        let group = running.group;
        drop(running);
        assert!(!is_alive(group));
    }
}
