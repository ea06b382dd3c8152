//! Reports the result to CodeDeploy, which then shifts requests to the new version or rolls the deployment back.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::error::DisplayErrorContext;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use ferrocart::lambda::Error;
use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::Value;

/// One execution of the hook, as CodeDeploy names it in the event
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html>).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HookExecution {
    deployment_id: String,
    lifecycle_event_hook_execution_id: String,
}

impl HookExecution {
    /// Returns the execution; `None` if the event is not CodeDeploy's.
    ///
    /// # Errors
    /// If an id is missing.
    pub(crate) fn of(event: Value) -> Result<Option<Self>, Error> {
        if event.get("DeploymentId").is_none() {
            return Ok(None);
        }
        Ok(Some(serde_json::from_value(event)?))
    }

    /// Reports the result.
    ///
    /// # Errors
    /// When CodeDeploy cannot be reached or rejects the report. Lambda then repeats the event.
    pub(crate) async fn report(&self, code_deploy: &Client, succeeded: bool) -> Result<(), Error> {
        let status = if succeeded { LifecycleEventStatus::Succeeded } else { LifecycleEventStatus::Failed };
        let report = code_deploy
            .put_lifecycle_event_hook_execution_status()
            .deployment_id(&self.deployment_id)
            .lifecycle_event_hook_execution_id(&self.lifecycle_event_hook_execution_id)
            .status(status);
        report.send().boxed().await.map(drop).map_err(|error| DisplayErrorContext(&error).to_string().into())
    }
}
