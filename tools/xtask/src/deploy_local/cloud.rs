//! The AWS emulator, and AWS's tools that use it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::process::Command;

use crate::processes::Processes;
use crate::terminal::print_status;
use crate::{ministack, ports, root};

/// Not secrets: the emulator accepts any pair of keys as an account.
const ACCESS_KEY_ID: &str = "AKIDLOCAL";
const SECRET_ACCESS_KEY: &str = "for-local-use-only";
const REGION: &str = "us-east-1";

/// The emulator with one stack.
pub(super) struct Cloud {
    url: String,
    /// The Python that has the SAM CLI and AWS's client.
    python: PathBuf,
    stack: &'static str,
}

impl Cloud {
    /// Starts the emulator.
    pub(super) async fn start(
        processes: &mut Processes,
        python: PathBuf,
        scratch: &Path,
        stack: &'static str,
    ) -> Result<Self> {
        let port = ports::free()?;
        print_status(format_args!("starting the AWS emulator on port {port}"));
        let url = ministack::start(processes, scratch, port, |command| {
            command.envs(environment()).env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
        });
        Ok(Self { url: url.await?, python, stack })
    }

    /// The URL of the API, up to and including `/api/v1`.
    pub(super) fn base_url(&self, api: &str) -> String {
        format!("{}/_aws/execute-api/{api}/$default/api/v1", self.url)
    }

    /// Creates or updates the stack.
    pub(super) async fn deploy(&self, processes: &Processes, template: &Path, parameters: &[String]) -> Result<()> {
        let template = at_once(template)?;
        let mut command = self.command(processes);
        command.args([
            "-m",
            "samcli",
            "deploy",
            "--no-confirm-changeset",
            "--no-fail-on-empty-changeset",
            "--resolve-s3",
        ]);
        command.args(["--capabilities", "CAPABILITY_IAM", "--stack-name", self.stack, "--no-progressbar"]);
        command.arg("--template-file").arg(template).arg("--parameter-overrides").args(parameters);
        finish(command, "sam deploy").await.map(drop)
    }

    /// Removes the stack.
    pub(super) async fn remove(&self, processes: &Processes) -> Result<()> {
        let mut command = self.command(processes);
        command.args(["-m", "samcli", "delete", "--no-prompts", "--stack-name", self.stack, "--region", REGION]);
        finish(command, "sam delete").await.map(drop)
    }

    /// Runs an action of `emulated.py`; returns its output.
    pub(super) async fn script(&self, processes: &Processes, action: &str) -> Result<String> {
        let mut command = self.command(processes);
        command.arg(root::xtask().join("src/deploy_local/emulated.py")).args([action, self.stack]);
        finish(command, action).await
    }

    /// Checks what SAM's transform makes of both kinds of deployments.
    pub(super) async fn check_transform(&self, processes: &Processes) -> Result<()> {
        let mut command = self.command(processes);
        command.arg(root::xtask().join("src/deploy_local/canary.py")).arg("template.yaml");
        finish(command, "canary.py").await.map(drop)
    }

    fn command(&self, processes: &Processes) -> Command {
        let mut command = processes.command(&self.python);
        command
            .envs(environment())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("SAM_CLI_TELEMETRY", "0")
            .current_dir(root::root());
        command
    }
}

/// Writes a template beside another one, with `at-once` as the default of the parameter `Deployments`; returns its path. The
/// emulator transforms templates with the defaults of parameters, whatever their values are.
fn at_once(template: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(template).context("reading the template")?;
    let default = "Default: canary\n";
    ensure!(text.matches(default).count() == 1, "the template has no parameter whose default is `canary`");
    let path = template.with_file_name("at-once.yaml");
    fs::write(&path, text.replace(default, "Default: at-once\n")).context("writing the template")?;
    Ok(path)
}

fn environment() -> [(&'static str, &'static str); 4] {
    [
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_REGION", REGION),
    ]
}

/// Runs a command; returns its output, or the end of it as an error.
async fn finish(mut command: Command, name: &str) -> Result<String> {
    let outcome = command.output().await.with_context(|| format!("running {name}"))?;
    if outcome.status.success() {
        return Ok(String::from_utf8_lossy(&outcome.stdout).trim().to_owned());
    }
    let output = [outcome.stdout, outcome.stderr].concat();
    let output = String::from_utf8_lossy(&output);
    let last: Vec<&str> = output.lines().rev().take(200).collect();
    bail!("{name} failed:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
}
