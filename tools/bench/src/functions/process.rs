//! The processes that are measured: a function with its Runtime API, and the driver without the shop.

use super::runtime_api::RuntimeApi;
use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A function in an environment of its own, which ends when it is dropped.
pub(super) struct Function {
    child: Child,
    api: RuntimeApi,
    started: Instant,
    /// From the start to its first request for work.
    pub(super) first_poll: Duration,
}

/// An answer of a function.
pub(super) struct Answered {
    pub(super) took: Duration,
    pub(super) since_start: Duration,
    pub(super) body: Vec<u8>,
}

/// The memory of a process, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub(super) most: u64,
    pub(super) now: u64,
}

impl Function {
    /// Starts a program with these settings and with what Lambda tells all, and waits until it asks for work.
    pub(super) fn start(program: &Path, settings: &[(&str, String)]) -> Result<Self> {
        Self::start_by(Command::new(program), program, settings)
    }

    /// The same by a command that runs the program.
    pub(super) fn start_by(mut command: Command, program: &Path, settings: &[(&str, String)]) -> Result<Self> {
        let api = RuntimeApi::open()?;
        let name = program.file_name().unwrap_or_default();
        command
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "1")
            .env("AWS_REGION", "us-east-1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut function = Self { child, api, started, first_poll: Duration::ZERO };
        function.first_poll = function.api.asked()?.saturating_duration_since(started);
        Ok(function)
    }

    /// Has an event handled, successfully.
    pub(super) fn invoke(&mut self, event: &[u8]) -> Result<Answered> {
        let (sent, at, body) = self.api.invoke(event)?;
        let answer: Value = serde_json::from_slice(&body).context("an answer that is no JSON")?;
        if answer.get("statusCode").and_then(Value::as_u64).is_none_or(|status| status >= 300) {
            bail!("answered {answer}, asked {}", String::from_utf8_lossy(event));
        }
        let took = at.saturating_duration_since(sent);
        Ok(Answered { took, since_start: at.saturating_duration_since(self.started), body })
    }

    /// Ends it where it has nothing to do, by a signal, so that who runs it can say what it saw.
    pub(super) fn end(mut self) -> Result<()> {
        self.api.asked()?;
        kill_process(Pid::from_child(&self.child), Signal::TERM).context("ending a function")?;
        self.child.wait().context("waiting for a function")?;
        Ok(())
    }

    pub(super) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// What it occupies, and the most that it has.
    pub(super) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).context("reading /proc")?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()?.checked_mul(1024)
        };
        let memory = || Some(Memory { most: kilobytes("VmHWM:")?, now: kilobytes("VmRSS:")? });
        memory().context("/proc does not tell of memory")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// The driver without the shop.
pub(super) struct Raw {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Raw {
    pub(super) fn start(program: &Path, uri: &str, database: &str, commands: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args([uri, database]).arg(commands).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let input = child.stdin.take().context("no input")?;
        let output = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, input, output })
    }

    /// How long the commands of a case take; the first time with connecting.
    pub(super) fn ask(&mut self, case: usize) -> Result<Duration> {
        writeln!(self.input, "{case}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(Duration::from_nanos(line.trim().parse().context("the driver fails")?))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself; what it used is known when it has been waited for.
    child.kill().ok();
    child.wait().ok();
}
