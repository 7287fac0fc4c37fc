//! Programs that run beside us and must not outlive us.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::failure::Failure;

/// A program in a process group of its own.
///
/// It stops in all three cases: dropped here (the whole group is told), Ctrl-C, or our own sudden
/// death (the kernel tells it, which is what `setpriv` arranges).
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts what `command`, made by [`tied`], describes.
    pub fn start(name: &str, command: &mut Command) -> Result<Self, Failure> {
        let child = command.spawn().map_err(|e| Failure::of(&format!("cannot start {name}"), &e))?;
        Ok(Self { child, name: name.to_owned() })
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub fn wait(mut self) -> Result<(), Failure> {
        let status = self.child.wait().map_err(|e| Failure::of(&format!("lost {}", self.name), &e))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!("{} ended badly ({status})", self.name)))
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself a moment ago; then there is nobody to tell.
            let _ = kill_process_group(group, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

/// A command whose process gets a group of its own and ends when we end.
pub fn tied(program: impl AsRef<OsStr>) -> Command {
    let mut tied = Command::new("setpriv");
    tied.args(["--pdeathsig", "TERM", "--"]).arg(program).process_group(0);
    tied
}

#[cfg(test)]
mod tests {
    use super::{Running, tied};
    use rustix::process::{Pid, test_kill_process_group};

    #[test]
    fn a_program_and_what_it_started_end_when_dropped() {
        let mut shell = tied("sh");
        shell.args(["-c", "sleep 60 & wait"]);
        let mut running = Running::start("sh", &mut shell).expect("there is a shell");
        let group = Pid::from_child(running.child());
        assert!(test_kill_process_group(group).is_ok());
        drop(running);
        let is_gone = || test_kill_process_group(group).is_err();
        let begun = std::time::Instant::now();
        // Collected by init, in its own time.
        while !is_gone() && begun.elapsed().as_secs() < 10 {
            std::thread::yield_now();
        }
        assert!(is_gone());
    }
}
