//! The process group of all functions. It is killed when this process ends, even by SIGKILL, so no function outlives
//! its test.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Kills the shell's own process group when the standard input is closed, or on SIGTERM. The standard input is a pipe
/// whose other end this process holds, so the kernel closes it when this process ends.
const SCRIPT: &str = "trap 'kill -KILL 0' TERM; read nothing; kill -KILL 0";

/// A process group, led by a shell that waits for the end of this process.
pub(crate) struct ProcessGroup {
    shell: Child,
    id: Pid,
}

impl ProcessGroup {
    pub(crate) fn start() -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).process_group(0).stdin(Stdio::piped());
        let shell = command.stdout(Stdio::null()).spawn()?;
        let id = Pid::from_child(&shell);
        Ok(Self { shell, id })
    }

    /// Returns the id that an environment has to join.
    pub(crate) fn id(&self) -> i32 {
        self.id.as_raw_nonzero().get()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // Kills the shell as well. An error means that the group is gone already.
        kill_process_group(self.id, Signal::KILL).ok();
        self.shell.wait().ok();
    }
}
