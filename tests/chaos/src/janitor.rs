//! Ends processes and removes their directory when this process goes, however it goes: not even a
//! `kill -9` of a test leaves anything behind.

use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The end of its input comes with the end of this process.
const SCRIPT: &str = r#"trap '' HUP INT TERM; read -r nothing; kill -KILL -- "-$1" 2>/dev/null; rm -rf "$2""#;

/// Ends a group of processes, and removes a directory after them.
#[derive(Debug)]
pub(crate) struct Janitor {
    /// Leads the group and does nothing, so that the group is there whoever in it has died.
    leader: Child,
    shell: Child,
}

impl Janitor {
    /// A janitor for that directory, and for a process group in which there is nobody yet.
    pub(crate) fn of(directory: &Path) -> Self {
        let mut leader = Command::new("cat");
        leader.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
        let leader = leader.spawn().expect("cat to start");
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SCRIPT, "janitor", &leader.id().to_string()]).arg(directory);
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
        let shell = shell.spawn().expect("a shell to start");
        Self { leader, shell }
    }

    /// Lets a command start as one of the group.
    pub(crate) fn take_in(&self, command: &mut Command) {
        command.process_group(Pid::from_child(&self.leader).as_raw_nonzero().get());
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        kill_process_group(Pid::from_child(&self.leader), Signal::KILL).ok();
        self.leader.wait().ok();
        // Waiting closes the shell's input first, which is its sign to clean up.
        self.shell.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::Janitor;
    use std::process::Command;

    #[test]
    fn what_a_test_has_started_ends_with_it() {
        let directory = tempfile::tempdir().unwrap().keep();
        let janitor = Janitor::of(&directory);
        let mut command = Command::new("sleep");
        janitor.take_in(command.arg("1000"));
        let mut child = command.spawn().unwrap();
        drop(janitor);
        assert!(!child.wait().unwrap().success());
        assert!(!directory.exists());
    }
}
