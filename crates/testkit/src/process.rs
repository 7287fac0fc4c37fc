//! A program in a process group of its own, gone when the test is.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

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

/// Whether a process of the group still runs; one that only waits to be collected does not.
fn is_alive(group: Pid) -> bool {
    let group = group.as_raw_nonzero().to_string();
    let processes = std::fs::read_dir("/proc").expect("the system lists its processes").flatten();
    let stats = processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    stats.into_iter().any(|stat| {
        // pid (name) state parent group …, and a name may have anything in it, brackets too.
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut words = after_name.split_whitespace();
        let state = words.next().unwrap_or("Z");
        state != "Z" && words.nth(1) == Some(group.as_str())
    })
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
