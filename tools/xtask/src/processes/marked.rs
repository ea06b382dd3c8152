//! Finds and ends processes by the mark in their environment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::run_id::{self, RunId};

/// Pause between two checks whether processes have ended.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A process of this user.
struct Process {
    pid: i32,
    /// Its arguments, then its environment.
    words: Vec<String>,
}

/// The running functions of `run`, by process id.
pub(super) fn functions(run: &RunId) -> BTreeMap<i32, String> {
    let own = all().into_iter().filter(|process| process.has_mark(|mark| run.is_innermost_in(mark)));
    own.filter_map(|process| Some((process.pid, process.function()?))).collect()
}

/// Ends every process of `run`: with SIGTERM, and after `grace` with SIGKILL. Returns their number.
pub(super) fn end_all(run: &RunId, grace: Duration) -> usize {
    let mut ended = BTreeSet::<i32>::new();
    for signal in [Signal::TERM, Signal::KILL] {
        let mut signalled = BTreeSet::new();
        let start = Instant::now();
        while start.elapsed() < grace {
            let alive: BTreeSet<i32> = of(run).map(|process| process.pid).collect();
            if alive.is_empty() {
                return ended.len();
            }
            // Includes new processes: one may have been started between the listing and the signal.
            alive.difference(&signalled).for_each(|pid| send(*pid, signal));
            signalled.extend(&alive);
            ended.extend(&alive);
            thread::sleep(POLL_INTERVAL);
        }
    }
    ended.len()
}

fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        // An error means that the process has already ended.
        kill_process(pid, signal).ok();
    }
}

fn of(run: &RunId) -> impl Iterator<Item = Process> {
    all().into_iter().filter(|process| process.has_mark(|mark| run.is_in(mark)))
}

impl Process {
    fn has_mark(&self, belongs: impl Fn(&str) -> bool) -> bool {
        self.value_of(run_id::VARIABLE).is_some_and(belongs)
    }

    fn value_of(&self, variable: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(variable)?.strip_prefix('='))
    }

    /// The name of the function that this process runs. A process that is about to exec the function has its
    /// environment, but not its program name.
    fn function(&self) -> Option<String> {
        let function = self.value_of("AWS_LAMBDA_FUNCTION_NAME")?;
        let program = Path::new(self.words.first()?).file_name()?;
        (program == function).then(|| function.to_owned())
    }
}

fn all() -> Vec<Process> {
    if Path::new("/proc/self/environ").exists() { from_proc() } else { from_ps() }
}

fn from_proc() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        // The processes of other users and those that have just ended cannot be read.
        let mut words = fs::read(entry.path().join("cmdline")).ok()?;
        words.extend(fs::read(entry.path().join("environ")).ok()?);
        let words = words.split(|byte| *byte == 0);
        let words = words.map(|word| String::from_utf8_lossy(word).into_owned());
        Some(Process { pid, words: words.collect() })
    });
    processes.collect()
}

/// For systems without `/proc`, such as macOS.
fn from_ps() -> Vec<Process> {
    let output = Command::new("ps").args(["axeww", "-o", "pid=,command="]).output();
    let output = output.map(|it| it.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().filter_map(parse_ps).collect()
}

fn parse_ps(line: &str) -> Option<Process> {
    let mut words = line.split_whitespace();
    let pid = words.next()?.parse().ok()?;
    Some(Process { pid, words: words.map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{end_all, from_proc, from_ps, parse_ps};
    use crate::processes::run_id::{RunId, VARIABLE};

    #[test]
    fn a_line_of_ps_has_arguments_and_environment() {
        let line = "  42 /srv/debug/orders FERROCART_RUN=a,b AWS_LAMBDA_FUNCTION_NAME=orders";
        let process = parse_ps(line).unwrap();
        assert_eq!(process.pid, 42);
        assert_eq!(process.value_of(VARIABLE), Some("a,b"));
        assert_eq!(process.function().as_deref(), Some("orders"));
    }

    #[test]
    fn cargo_is_not_the_function_that_it_will_run() {
        let line = "42 /bin/cargo run --bin orders AWS_LAMBDA_FUNCTION_NAME=orders";
        assert_eq!(parse_ps(line).unwrap().function(), None);
    }

    #[test]
    fn a_process_is_found_after_its_parent_has_ended() {
        let run = RunId::random().unwrap();
        let mut parent = std::process::Command::new("sh");
        parent.args(["-c", "sleep 1000 &"]).env(VARIABLE, run.mark());
        assert!(parent.status().unwrap().success());

        for processes in [from_proc(), from_ps()] {
            let found = processes.iter().filter(|process| process.has_mark(|mark| run.is_in(mark)));
            assert_eq!(found.count(), 1);
        }
        assert_eq!(end_all(&run, Duration::from_secs(5)), 1);
        assert_eq!(end_all(&run, Duration::from_secs(5)), 0);
    }
}
