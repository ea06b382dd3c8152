//! The stack on the emulator: its parameters, its deployments, and how long they take.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::cloud::Cloud;
use crate::processes::Processes;
use crate::terminal::print_status;

/// A stack that is deployed several times.
pub(super) struct Stack {
    pub(super) processes: Processes,
    pub(super) cloud: Cloud,
    template: PathBuf,
    parameters: BTreeMap<String, String>,
    /// The name of each deployment, and its duration.
    durations: Vec<(String, Duration)>,
}

/// What CloudFormation reports about the stack.
#[derive(Deserialize)]
pub(super) struct Description {
    status: String,
    /// The reasons of failed changes, with the name of the resource.
    reasons: Vec<String>,
    pub(super) outputs: BTreeMap<String, String>,
    /// The name that each resource of the template has in the account.
    pub(super) resources: BTreeMap<String, String>,
}

impl Stack {
    pub(super) fn new(
        processes: Processes,
        cloud: Cloud,
        template: PathBuf,
        parameters: BTreeMap<String, String>,
    ) -> Self {
        Self { processes, cloud, template, parameters, durations: Vec::new() }
    }

    pub(super) fn parameter(&self, name: &str) -> Result<&str> {
        self.parameters.get(name).map(String::as_str).with_context(|| format!("no parameter {name}"))
    }

    /// Uploads the code of the template for the following deployments.
    pub(super) async fn package(&mut self) -> Result<()> {
        self.template = self.cloud.package(&self.processes, &self.template).await?;
        Ok(())
    }

    /// Creates or updates the stack with changed parameters.
    pub(super) async fn deploy<'a>(
        &mut self,
        name: &str,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        self.parameters.extend(changes.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        let template = self.template.clone();
        self.deploy_template(name, &template).await
    }

    /// Updates the stack with the template of another release.
    pub(super) async fn deploy_release(&mut self, name: &str, template: &Path) -> Result<()> {
        let template = self.cloud.package(&self.processes, template).await?;
        self.deploy_template(name, &template).await
    }

    async fn deploy_template(&mut self, name: &str, template: &Path) -> Result<()> {
        let parameters = self.parameters.clone();
        self.timed(name, template, &parameters).await.with_context(|| format!("deploying: {name}"))?;
        // The emulator does not import the routes of the template.
        self.script("routes").await.map(drop)
    }

    /// Attempts to deploy changed parameters, which must fail with a reason, and leave the stack in a status. The
    /// parameters remain as they were.
    pub(super) async fn fail_to_deploy(
        &mut self,
        name: &str,
        changes: &[(&str, &str)],
        (status, reason): (&str, &str),
    ) -> Result<()> {
        let mut parameters = self.parameters.clone();
        parameters.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let template = self.template.clone();
        if self.timed(name, &template, &parameters).await.is_ok() {
            bail!("{name}: the deployment succeeded");
        }
        let Description { status: found, reasons, .. } = self.describe().await?;
        ensure!(found == status, "{name}: the stack is in {found} instead of {status}: {reasons:?}");
        ensure!(
            reasons.iter().any(|it| it.contains(reason)),
            "{name}: no event has the reason {reason:?}: {reasons:?}"
        );
        Ok(())
    }

    /// Removes the stack.
    pub(super) async fn remove(&mut self) -> Result<()> {
        self.cloud.remove(&self.processes).await
    }

    /// Runs an action of `emulated.py`; returns its output.
    pub(super) async fn script(&self, action: &str) -> Result<String> {
        self.cloud.script(&self.processes, action).await
    }

    pub(super) async fn describe(&self) -> Result<Description> {
        serde_json::from_str(&self.script("describe").await?).context("parsing the description of the stack")
    }

    /// Returns whether a function has logged a line with these texts since a time, in milliseconds since 1970.
    pub(super) async fn has_logged(&self, group: &str, texts: &[&str], since: u128) -> Result<bool> {
        let request = Map::from_iter([
            ("logGroupName".to_owned(), group.into()),
            ("startTime".to_owned(), Value::from(u64::try_from(since)?)),
        ]);
        let found = self.cloud.call("logs", "Logs_20140328.FilterLogEvents", &Value::Object(request)).await?;
        let events = found.get("events").and_then(Value::as_array).context("no events")?;
        let mut messages = events.iter().filter_map(|event| event.get("message").and_then(Value::as_str));
        Ok(messages.any(|message| texts.iter().all(|text| message.contains(text))))
    }

    /// Prints the duration of each deployment.
    pub(super) fn print_durations(&self) {
        print_status("durations of the deployments in seconds:");
        for (name, duration) in &self.durations {
            print_status(format_args!("{:5}  {name}", duration.as_secs()));
        }
    }

    async fn timed(&mut self, name: &str, template: &Path, parameters: &BTreeMap<String, String>) -> Result<()> {
        print_status(format_args!("deploying: {name}"));
        let start = Instant::now();
        let outcome = self.cloud.deploy(&self.processes, template, parameters).await;
        self.durations.push((name.to_owned(), start.elapsed()));
        outcome
    }
}
