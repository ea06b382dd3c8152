//! Ends the functions when this process dies, however it dies: not even a `kill -9` of a test
//! leaves one behind.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, which comes with the end of this process, and takes its process
/// group with it. Being asked to end means the same.
const SCRIPT: &str = "trap 'kill -KILL 0' TERM; read nothing; kill -KILL 0";

/// A shell that leads the process group of all functions.
pub(crate) struct Guardian {
    shell: Child,
    group: Pid,
}

impl Guardian {
    pub(crate) fn start() -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).process_group(0).stdin(Stdio::piped());
        let shell = command.stdout(Stdio::null()).spawn()?;
        let group = Pid::from_child(&shell);
        Ok(Self { shell, group })
    }

    /// Which process group an environment has to join.
    pub(crate) fn group(&self) -> i32 {
        self.group.as_raw_nonzero().get()
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        // Its group ends at once, with the shell in it; an error means that it is gone already.
        kill_process_group(self.group, Signal::KILL).ok();
        self.shell.wait().ok();
    }
}
