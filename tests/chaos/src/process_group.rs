//! Kills child processes and removes their directory when this process ends, even by `kill -9`.

use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Blocks until the end of its input, which comes with the end of this process, and then cleans up.
const SCRIPT: &str = r#"trap '' HUP INT TERM; read -r nothing; kill -KILL -- "-$1" 2>/dev/null; rm -rf "$2""#;

/// A group of processes with a directory. Dropping it kills the processes and removes the directory.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    /// An idle process that leads the group, so that the group exists until the end.
    leader: Child,
    shell: Child,
}

impl ProcessGroup {
    /// Creates an empty process group with that directory.
    pub(crate) fn new(directory: &Path) -> Self {
        let mut leader = Command::new("cat");
        leader.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
        let leader = leader.spawn().expect("cat to start");
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SCRIPT, "clean-up", &leader.id().to_string()]).arg(directory);
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
        let shell = shell.spawn().expect("a shell to start");
        Self { leader, shell }
    }

    /// Makes a command start as a member of the group.
    pub(crate) fn add(&self, command: &mut Command) {
        command.process_group(Pid::from_child(&self.leader).as_raw_nonzero().get());
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        kill_process_group(Pid::from_child(&self.leader), Signal::KILL).ok();
        self.leader.wait().ok();
        // `wait` first closes the shell's input, upon which the shell cleans up.
        self.shell.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::ProcessGroup;
    use std::process::Command;

    #[test]
    fn dropping_a_group_kills_it_and_removes_its_directory() {
        let directory = tempfile::tempdir().unwrap().keep();
        let group = ProcessGroup::new(&directory);
        let mut command = Command::new("sleep");
        group.add(command.arg("1000"));
        let mut child = command.spawn().unwrap();
        drop(group);
        assert!(!child.wait().unwrap().success());
        assert!(!directory.exists());
    }
}
