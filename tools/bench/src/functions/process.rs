//! The measured processes: a function behind a Runtime API, and the driver without the shop.

use super::cases::Case;
use super::runtime_api::RuntimeApi;
use super::setup::{DATABASE, Setup};
use anyhow::{Context as _, Result, bail};
use mongodb::bson::{Document, doc};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// A function in an environment of its own. Dropping it kills the process.
pub(super) struct Function {
    child: Child,
    api: RuntimeApi,
    started_at: Instant,
    /// From the start to the first poll for an event.
    pub(super) first_poll: Duration,
}

/// A response of a function.
pub(super) struct Response {
    pub(super) duration: Duration,
    pub(super) since_start: Duration,
    pub(super) body: Vec<u8>,
}

/// The resident memory of a process, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub(super) peak: u64,
    pub(super) current: u64,
}

impl Function {
    /// Starts a binary with these environment variables and those of Lambda, and waits until it polls for an event.
    pub(super) fn start(binary: &Path, variables: &[(&str, String)]) -> Result<Self> {
        Self::start_by(Command::new(binary), binary, variables)
    }

    /// Starts a binary by a command that runs it.
    pub(super) fn start_by(mut command: Command, binary: &Path, variables: &[(&str, String)]) -> Result<Self> {
        let api = RuntimeApi::open()?;
        let name = binary.file_name().unwrap_or_default();
        command
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
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
        let started_at = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        let mut function = Self { child, api, started_at, first_poll: Duration::ZERO };
        function.first_poll = function.api.wait_for_poll()?.saturating_duration_since(started_at);
        Ok(function)
    }

    /// Invokes the function. A status of 300 or more is an error.
    pub(super) fn invoke(&mut self, event: &[u8]) -> Result<Response> {
        let invocation = self.api.invoke(event)?;
        let response: Value = serde_json::from_slice(&invocation.response).context("the response is not JSON")?;
        if response.get("statusCode").and_then(Value::as_u64).is_none_or(|status| status >= 300) {
            bail!("the function returned {response} for {}", String::from_utf8_lossy(event));
        }
        Ok(Response {
            duration: invocation.received_at.saturating_duration_since(invocation.sent_at),
            since_start: invocation.received_at.saturating_duration_since(self.started_at),
            body: invocation.response,
        })
    }

    /// Ends the idle process by SIGTERM, so that the command that runs it can write its results.
    pub(super) fn terminate(mut self) -> Result<()> {
        self.api.wait_for_poll()?;
        kill_process(Pid::from_child(&self.child), Signal::TERM).context("terminating a function")?;
        self.child.wait().context("waiting for a function")?;
        Ok(())
    }

    pub(super) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// Reads the resident memory of the process.
    pub(super) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).context("reading /proc")?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()?.checked_mul(1024)
        };
        let memory = || Some(Memory { peak: bytes("VmHWM:")?, current: bytes("VmRSS:")? });
        memory().context("/proc has no memory sizes")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        kill_and_wait(&mut self.child);
    }
}

/// The driver without the shop. Dropping it kills the process.
pub(super) struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The file with the commands of the cases.
    _commands: NamedTempFile,
}

impl Driver {
    /// Starts the driver with the commands of the cases. It connects when the first case is run.
    pub(super) fn start(binaries: &Path, setup: &Setup, cases: &[Case]) -> Result<Self> {
        let commands = write_commands(cases)?;
        let mut command = Command::new(binaries.join("raw-driver"));
        command.args([&setup.uri, DATABASE]).arg(commands.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("starting the driver")?;
        let input = child.stdin.take().context("the driver has no input")?;
        let output = BufReader::new(child.stdout.take().context("the driver has no output")?);
        Ok(Self { child, input, output, _commands: commands })
    }

    /// Sends the commands of a case and returns their time. The first call includes connecting.
    pub(super) fn run(&mut self, case: usize) -> Result<Duration> {
        writeln!(self.input, "{case}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(Duration::from_nanos(line.trim().parse().context("the driver has failed")?))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        kill_and_wait(&mut self.child);
    }
}

fn write_commands(cases: &[Case]) -> Result<NamedTempFile> {
    let file = NamedTempFile::new().context("creating a file for commands")?;
    let cases: Vec<Vec<Document>> = cases.iter().map(|case| case.commands.clone()).collect();
    doc! { "cases": cases }.to_writer(&file).context("writing commands")?;
    Ok(file)
}

fn kill_and_wait(child: &mut Child) {
    // The process may have ended already. Its processor time counts as that of a child only after the wait.
    child.kill().ok();
    child.wait().ok();
}
