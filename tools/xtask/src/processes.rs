//! Every process that a command starts, in one place, so that all of them end with it.

mod log;
mod marked;
mod run_id;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

pub(crate) use self::log::follow;
pub(crate) use self::run_id::{RunId, kept_secret};
use crate::root::shown;

/// The process whose children are the functions, and whose log is theirs.
pub(crate) const WATCH: &str = "cargo-lambda-watch";

/// How long a process may take to end by itself. MongoDB writes a checkpoint in that time.
const GRACE: Duration = Duration::from_secs(5);
/// How often the living are counted.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// How much of its log is shown when a process has died.
const LAST_LINES: usize = 15;
/// How the emulator begins to log with which exit code, or by which signal, a function ended.
const VERDICT: &str = "ERROR command ";
/// It takes 3 seconds to say so.
const VERDICT_DELAY: Duration = Duration::from_secs(5);

/// The processes of one run. Dropping it ends all of them and everything that they started.
pub(crate) struct Processes {
    run: RunId,
    logs: PathBuf,
    running: Vec<Running>,
    /// The functions that were alive when last counted, by process id.
    functions: BTreeMap<i32, String>,
}

struct Running {
    name: &'static str,
    child: Child,
    pid: Pid,
}

impl Processes {
    /// Logs go to `logs`, a file for each process, from nothing at each start.
    pub(crate) fn new(run: RunId, logs: PathBuf) -> Self {
        Self { run, logs, running: Vec::new(), functions: BTreeMap::new() }
    }

    /// A command that carries the mark of this run, by which all its descendants are found.
    ///
    /// It has a process group of its own: Ctrl-C in a terminal reaches xtask alone, which then
    /// ends the others in order.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env(run_id::VARIABLE, self.run.mark()).process_group(0).stdin(Stdio::null());
        command
    }

    /// Starts `command`, to run until the end.
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

    /// Does `step`, or fails as soon as a process dies during it.
    pub(crate) async fn during<T>(&mut self, step: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            death = self.death() => Err(death),
            outcome = step => outcome,
        }
    }

    /// The process ids of this program and of all that it started, by name.
    pub(crate) fn pids(&self) -> BTreeMap<String, i32> {
        let started = self.running.iter().map(|process| (process.name, process.pid));
        let all = started.chain([("xtask", rustix::process::getpid())]);
        all.map(|(name, pid)| (name.to_owned(), pid.as_raw_nonzero().get())).collect()
    }

    /// The log of the process called `name`.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }

    /// Ends what an earlier run with the same id has left behind, and says how much that was.
    pub(crate) fn end_leftovers(&self) -> usize {
        marked::end_all(&self.run, GRACE)
    }

    /// Waits until a process has died that should live, and says which and why.
    async fn death(&mut self) -> Error {
        loop {
            // When `cargo lambda watch` goes its functions follow, so it is the one to blame:
            // counted after them, named before them.
            let function = self.dead_function();
            if let Some((name, status)) = self.dead_process() {
                return anyhow!("{name} ended by itself ({status}){}", self.last_words(name));
            }
            if let Some((pid, name)) = function {
                log::wait_for(&self.log(WATCH), VERDICT, VERDICT_DELAY).await;
                return anyhow!("the function {name} (process {pid}) died{}", self.last_words(WATCH));
            }
            tokio::time::sleep(HEARTBEAT).await;
        }
    }

    fn dead_process(&mut self) -> Option<(&'static str, ExitStatus)> {
        self.running.iter_mut().find_map(|process| {
            let status = process.child.try_wait().ok().flatten()?;
            Some((process.name, status))
        })
    }

    /// `cargo lambda watch` neither restarts a function that died nor ends: requests then hang. Where it
    /// does not run, functions are those of tests, which kill them.
    fn dead_function(&mut self) -> Option<(i32, String)> {
        if !self.running.iter().any(|process| process.name == WATCH) {
            return None;
        }
        let alive = marked::functions(&self.run);
        let before = std::mem::replace(&mut self.functions, alive);
        before.into_iter().find(|(pid, _)| !self.functions.contains_key(pid))
    }

    fn last_words(&self, name: &str) -> String {
        let path = self.log(name);
        let lines = log::last_lines(&path, LAST_LINES);
        if lines.is_empty() {
            return String::new();
        }
        format!("; the end of {}:\n{}", shown(&path), lines.join("\n"))
    }
}

impl Drop for Processes {
    /// Last started, first ended: the functions go before their database.
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
                thread::sleep(marked::PAUSE);
            }
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}
