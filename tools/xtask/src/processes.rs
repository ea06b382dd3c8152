//! The processes that a command starts. All of them end with the command.

mod log;
mod marked;
mod run_id;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

pub(crate) use self::log::follow;
pub(crate) use self::run_id::{RunId, stored_secret};
use crate::root::shown;

/// The process that starts the functions and logs their output.
pub(crate) const WATCH: &str = "cargo-lambda-watch";

/// How long a process may take to end after SIGTERM. MongoDB writes a checkpoint in that time.
const GRACE: Duration = Duration::from_secs(5);
/// How often the processes are checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);
/// How many lines of its log are shown when a process has died.
const LAST_LINES: usize = 15;
/// How the log line of the emulator starts that reports the exit code or signal of a function.
const EXIT_REPORT: &str = "ERROR command ";
/// How long to wait for that line. The emulator takes 3 s.
const EXIT_REPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// The processes of one run. Dropping this ends them and all their descendants.
pub(crate) struct Processes {
    run: RunId,
    logs: PathBuf,
    running: Vec<Running>,
    /// The functions that were running at the last check, by process id.
    functions: BTreeMap<i32, String>,
}

struct Running {
    name: &'static str,
    child: Child,
    pid: Pid,
}

impl Processes {
    /// A run without processes yet. Each process gets a log file in `logs`, which is truncated when it starts.
    pub(crate) fn new(run: RunId, logs: PathBuf) -> Self {
        Self { run, logs, running: Vec::new(), functions: BTreeMap::new() }
    }

    /// A command with the mark of this run in its environment, by which its descendants are found.
    ///
    /// It has a process group of its own: Ctrl-C in a terminal signals xtask only, which then ends the
    /// processes in order.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env(run_id::VARIABLE, self.run.mark()).process_group(0).stdin(Stdio::null());
        command
    }

    /// Starts `command` in the background.
    pub(crate) fn start(&mut self, name: &'static str, mut command: Command) -> Result<()> {
        fs::create_dir_all(&self.logs).with_context(|| format!("creating {}", self.logs.display()))?;
        let path = self.log(name);
        let log = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
        let errors = log.try_clone().context("opening a log twice")?;
        let child = command.stdout(log).stderr(errors).spawn().with_context(|| format!("starting {name}"))?;
        let pid = child
            .id()
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw)
            .with_context(|| format!("{name} has no process id"))?;
        self.running.push(Running { name, child, pid });
        Ok(())
    }

    /// Awaits `step`, and fails as soon as a process dies before it is done.
    pub(crate) async fn during<T>(&mut self, step: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            death = self.wait_for_death() => Err(death),
            outcome = step => outcome,
        }
    }

    /// The process ids of xtask and of the processes it started, by name.
    pub(crate) fn pids(&self) -> BTreeMap<String, i32> {
        let started = self.running.iter().map(|process| (process.name, process.pid));
        let all = started.chain([("xtask", rustix::process::getpid())]);
        all.map(|(name, pid)| (name.to_owned(), pid.as_raw_nonzero().get())).collect()
    }

    /// The log of the process called `name`.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }

    /// Ends the processes that an earlier run with the same id left behind; returns their number.
    pub(crate) fn end_leftovers(&self) -> usize {
        marked::end_all(&self.run, GRACE)
    }

    /// Waits until a process has died; returns its name and the end of its log as an error.
    async fn wait_for_death(&mut self) -> Error {
        loop {
            // The functions die with `cargo lambda watch`. It is checked after them and reported before them,
            // because it is the cause.
            let function = self.dead_function();
            if let Some((name, status)) = self.dead_process() {
                return anyhow!("{name} ended unexpectedly ({status}){}", self.log_excerpt(name));
            }
            if let Some((pid, name)) = function {
                log::wait_for(&self.log(WATCH), EXIT_REPORT, EXIT_REPORT_TIMEOUT).await;
                return anyhow!("the function {name} (process {pid}) died{}", self.log_excerpt(WATCH));
            }
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }

    fn dead_process(&mut self) -> Option<(&'static str, ExitStatus)> {
        self.running.iter_mut().find_map(|process| {
            let status = process.child.try_wait().ok().flatten()?;
            Some((process.name, status))
        })
    }

    /// Finds a function that has died. `cargo lambda watch` neither restarts it nor ends, so requests would hang.
    /// Without `cargo lambda watch` the functions belong to tests, which kill them on purpose.
    fn dead_function(&mut self) -> Option<(i32, String)> {
        if !self.running.iter().any(|process| process.name == WATCH) {
            return None;
        }
        let running = marked::functions(&self.run);
        let before = std::mem::replace(&mut self.functions, running);
        before.into_iter().find(|(pid, _)| !self.functions.contains_key(pid))
    }

    fn log_excerpt(&self, name: &str) -> String {
        let path = self.log(name);
        let lines = log::last_lines(&path, LAST_LINES);
        if lines.is_empty() {
            return String::new();
        }
        format!("; the end of {}:\n{}", shown(&path), lines.join("\n"))
    }
}

/// Converts the status of a process into an exit code for xtask. A process that a signal ended is an error.
pub(crate) fn exit_code(status: ExitStatus) -> Result<ExitCode> {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map(ExitCode::from).with_context(|| format!("the process ended without an exit code ({status})"))
}

impl Drop for Processes {
    /// Ends the processes in reverse order of their start: the functions before their database.
    fn drop(&mut self) {
        for process in self.running.iter_mut().rev() {
            process.end();
        }
        marked::end_all(&self.run, GRACE);
    }
}

impl Running {
    fn end(&mut self) {
        for signal in [Signal::TERM, Signal::KILL] {
            if self.has_ended() {
                return;
            }
            kill_process_group(self.pid, signal).ok();
            let deadline = Instant::now().checked_add(GRACE);
            while !self.has_ended() && deadline.is_some_and(|at| Instant::now() < at) {
                thread::sleep(marked::POLL_INTERVAL);
            }
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}
