//! The AWS emulator, and AWS's tools that use it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, iter};

use anyhow::{Context as _, Result, bail, ensure};
use ferrocart::aws::{AwsRequest, sign_request};
use ferrocart::config::AwsAccess;
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::process::Command;

use crate::processes::Processes;
use crate::terminal::print_status;
use crate::{ministack, ports, root, tools};

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

    /// Uploads the code of a template; returns the path of the template that names it. Each deployment of a template with local
    /// code would compress all functions again.
    pub(super) async fn package(&self, processes: &Processes, template: &Path) -> Result<PathBuf> {
        let packaged = template.with_extension("packaged.yaml");
        let mut command = self.command(processes);
        command.args(["-m", "samcli", "package", "--resolve-s3", "--no-progressbar", "--template-file"]);
        command.arg(template).arg("--output-template-file").arg(&packaged);
        finish(command, "sam package").await?;
        Ok(packaged)
    }

    /// Creates or updates the stack.
    pub(super) async fn deploy(
        &self,
        processes: &Processes,
        template: &Path,
        parameters: &BTreeMap<String, String>,
    ) -> Result<()> {
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
        command.arg("--template-file").arg(template).arg("--parameter-overrides");
        // The SAM CLI takes an empty value only between quotation marks.
        command.args(parameters.iter().map(|(name, value)| format!("{name}=\"{value}\"")));
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

    /// Builds and uploads the storefront and the admin pages, as operators do.
    pub(super) async fn publish_pages(&self, processes: &Processes) -> Result<()> {
        let path = env::var_os("PATH").unwrap_or_default();
        let shim = iter::once(root::xtask().join("shims/aws-cli"));
        let mut command = processes.command(root::root().join("tools/publish-frontend.sh"));
        command
            .arg("Emulated Goods")
            .envs(self.variables())
            .env("FERROCART_AWS_PYTHON", tools::aws_cli(processes).await?)
            .env("PATH", env::join_paths(shim.chain(env::split_paths(&path)))?)
            .env("STACK", self.stack);
        finish(command, "publish-frontend.sh").await.map(drop)
    }

    /// Checks what SAM's transform makes of both kinds of deployments.
    pub(super) async fn check_transform(&self, processes: &Processes) -> Result<()> {
        let mut command = self.command(processes);
        command.arg(root::xtask().join("src/deploy_local/canary.py")).arg("template.yaml");
        finish(command, "canary.py").await.map(drop)
    }

    /// Calls an operation of a service with a JSON protocol; returns the response.
    pub(super) async fn call(&self, service: &'static str, target: &str, body: &Value) -> Result<Value> {
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        self.send(service, "/", &headers, body).await.with_context(|| target.to_owned())
    }

    /// Invokes a function; returns its response.
    pub(super) async fn invoke(&self, function: &str, event: &Value) -> Result<Value> {
        self.send("lambda", &format!("/2015-03-31/functions/{function}/invocations"), &[], event).await
    }

    async fn send(
        &self,
        service: &'static str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &Value,
    ) -> Result<Value> {
        let access = AwsAccess {
            region: REGION.to_owned(),
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: SECRET_ACCESS_KEY.to_owned().into(),
            session_token: None,
        };
        let (url, body) = (format!("{}{path}", self.url), body.to_string());
        let request = AwsRequest { service, method: Method::POST, url: &url, headers, body: body.as_bytes() };
        let request = sign_request(&access, request).context("signing the request")?;
        let response = Client::new().execute(request.try_into()?).await.context("calling the emulator")?;
        let status = response.status();
        let text = response.text().await.context("reading the response of the emulator")?;
        ensure!(status.is_success(), "{status}: {text}");
        if text.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&text).context("parsing the response") }
    }

    fn command(&self, processes: &Processes) -> Command {
        let mut command = processes.command(&self.python);
        command.envs(self.variables()).env("SAM_CLI_TELEMETRY", "0").current_dir(root::root());
        command
    }

    /// The variables with which AWS's tools use the emulator.
    fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        environment().into_iter().chain([("AWS_ENDPOINT_URL", self.url.as_str())])
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
