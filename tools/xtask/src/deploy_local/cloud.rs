//! A local AWS, and the tools of AWS that are pointed at it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::processes::Processes;
use crate::terminal::say;
use crate::{ports, root};

/// What the emulator takes for an account. It has no money.
const ACCESS_KEY_ID: &str = "AKIDREHEARSAL";
const SECRET_ACCESS_KEY: &str = "for-rehearsals-only";
const REGION: &str = "us-east-1";

/// A local AWS with one stack.
pub(super) struct Cloud {
    port: u16,
    sam: PathBuf,
    stack: &'static str,
}

impl Cloud {
    pub(super) async fn start(
        processes: &mut Processes,
        sam: PathBuf,
        ministack: &Path,
        scratch: &Path,
        stack: &'static str,
    ) -> Result<Self> {
        let cloud = Self { port: ports::free()?, sam, stack };
        say(format_args!("starting a local AWS on port {}", cloud.port));
        let mut command = processes.command(ministack.join("ministack"));
        command.envs(cloud.environment()).env("GATEWAY_PORT", cloud.port.to_string()).env("BIND_HOST", "127.0.0.1");
        command.env("AUTH", "true").env("TMPDIR", scratch);
        processes.start("ministack", command)?;
        processes.during(cloud.answer()).await?;
        Ok(cloud)
    }

    /// Where the API is, up to and including `/api/v1`.
    pub(super) fn base_url(&self, api: &str) -> String {
        format!("http://127.0.0.1:{}/_aws/execute-api/{api}/$default/api/v1", self.port)
    }

    pub(super) async fn deploy(&self, processes: &Processes, template: &Path, parameters: &[String]) -> Result<()> {
        let mut command = self.command(processes, "sam");
        command.args(["deploy", "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--resolve-s3"]);
        command.args(["--capabilities", "CAPABILITY_IAM", "--stack-name", self.stack, "--no-progressbar"]);
        command.arg("--template-file").arg(template).arg("--parameter-overrides").args(parameters);
        finish(command, "sam deploy").await.map(drop)
    }

    pub(super) async fn remove(&self, processes: &Processes) -> Result<()> {
        let mut command = self.command(processes, "sam");
        command.args(["delete", "--no-prompts", "--stack-name", self.stack, "--region", REGION]);
        finish(command, "sam delete").await.map(drop)
    }

    /// Does one of the things that are in `emulated.py`, and gives what it printed.
    pub(super) async fn script(&self, processes: &Processes, action: &str) -> Result<String> {
        let mut command = self.command(processes, "python");
        command.arg(root::xtask().join("src/rehearse/emulated.py")).args([action, self.stack]);
        finish(command, action).await
    }

    fn command(&self, processes: &Processes, program: &str) -> Command {
        let mut command = processes.command(self.sam.join(program));
        command.envs(self.environment()).current_dir(root::root());
        command
    }

    fn environment(&self) -> [(&'static str, String); 6] {
        [
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("SAM_CLI_TELEMETRY", "0".to_owned()),
        ]
    }

    async fn answer(&self) -> Result<()> {
        let health = format!("http://127.0.0.1:{}/_ministack/health", self.port);
        let patience = async {
            while reqwest::get(&health).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), patience).await.context("the local AWS doesn't answer")
    }
}

async fn finish(mut command: Command, name: &str) -> Result<String> {
    let outcome = command.output().await.with_context(|| format!("running {name}"))?;
    if outcome.status.success() {
        return Ok(String::from_utf8_lossy(&outcome.stdout).trim().to_owned());
    }
    let told = [outcome.stdout, outcome.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    let last: Vec<&str> = told.lines().rev().take(200).collect();
    bail!("{name} failed:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
}
