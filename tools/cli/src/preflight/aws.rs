//! Checks the AWS account through AWS's own command, which finds credentials wherever the operator keeps them: in
//! variables, profiles, or a login by browser.

use std::io::ErrorKind;
use std::process::Command;

use serde_json::Value;

use super::report::Report;
use crate::secret::read_optional;

/// The executions that the template reserves with its defaults, and those that Lambda keeps unreserved
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>).
const RESERVED: u64 = 98;
const UNRESERVED: u64 = 100;
/// Partitions with other host names.
const OTHER_PARTITIONS: [&str; 4] = ["cn-", "us-gov-", "us-iso", "eusc-"];

/// Why a call failed.
enum CallError {
    NotInstalled,
    /// What the command printed last.
    Rejected(String),
}

/// Checks credentials, region, quotas and the stack. Without valid credentials, nothing else can be checked.
pub(super) fn check(report: &mut Report, stack: &str) {
    let has_region = check_region(report);
    let account = match call(&["sts", "get-caller-identity"]) {
        Ok(identity) => check_identity(report, &identity),
        Err(CallError::NotInstalled) => {
            return report.fail(
                "AWS: there is no command `aws`",
                "Install AWS's CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
            );
        }
        Err(CallError::Rejected(reason)) if reason.contains("--no-cli-pager") => {
            return report.fail(
                "AWS: the command `aws` is version 1",
                "Install version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
            );
        }
        // Its absence is reported already. The credentials may be valid.
        Err(CallError::Rejected(reason)) if !has_region && reason.contains("specify a region") => return,
        Err(CallError::Rejected(reason)) => {
            return report.fail(
                format_args!("AWS: no valid credentials: {reason}"),
                "Log in with `aws configure sso` or `aws configure`, or set AWS_PROFILE. In a region that is disabled by \
                 default, enable it first: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
            );
        }
    };
    if has_region {
        check_concurrency(report);
        check_stack(report, stack);
    }
    check_cloudfront(report);
    check_public_buckets(report, &account);
}

/// Returns the id of the account.
fn check_identity(report: &mut Report, identity: &Value) -> String {
    let arn = identity.get("Arn").and_then(Value::as_str).unwrap_or("unknown");
    if arn.ends_with(":root") {
        report.note(
            format_args!("AWS: the credentials are those of the root user, {arn}"),
            "Create an administrator in IAM Identity Center, and deploy as that one.",
        );
    } else {
        report.pass(format_args!("AWS: valid credentials of {arn}"));
    }
    identity.get("Account").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns whether there is a region to check, the one to which `sam` deploys.
fn check_region(report: &mut Report) -> bool {
    let advice = "Choose one for both `aws` and `sam`, such as: export AWS_DEFAULT_REGION=eu-central-1";
    let default = read_optional("AWS_DEFAULT_REGION");
    // `aws` reads this variable, but `sam` does not.
    match (read_optional("AWS_REGION"), &default) {
        (Some(region), Some(default)) if region != *default => {
            report.fail(format_args!("AWS: AWS_REGION is {region}, but `sam` deploys to {default}"), advice);
            return false;
        }
        (Some(region), None) => {
            report.fail(format_args!("AWS: AWS_REGION is {region}, but `sam` does not read it"), advice);
            return false;
        }
        _ => {}
    }
    let Some(region) = default.or_else(configured_region) else {
        report.fail("AWS: no region is chosen", advice);
        return false;
    };
    if let Some(saved) = saved_region().filter(|saved| *saved != region) {
        report.fail(
            format_args!("AWS: samconfig.toml has the region {saved}, to which `sam` deploys, instead of {region}"),
            "Remove it from the file, or choose the same one for `aws`.",
        );
        return false;
    }
    if OTHER_PARTITIONS.iter().any(|prefix| region.starts_with(prefix)) {
        report.fail(format_args!("AWS: the region {region} is in a partition with other host names"), advice);
        return false;
    }
    report.pass(format_args!("AWS: the region {region}"));
    true
}

/// Returns the region that `sam deploy --guided` has written to its configuration, in this directory.
fn saved_region() -> Option<String> {
    let configuration = std::fs::read_to_string("samconfig.toml").ok()?;
    configuration.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "region").then(|| value.split('"').nth(1).map(str::to_owned))?
    })
}

/// Returns the region of the profile.
fn configured_region() -> Option<String> {
    let output = Command::new("aws").args(["configure", "get", "region"]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|region| !region.is_empty())
}

fn check_concurrency(report: &mut Report) {
    let settings = match call(&["lambda", "get-account-settings"]) {
        Ok(settings) => settings,
        Err(error) => return report_rejection(report, "Lambda: the quotas cannot be read", error),
    };
    let number = |name: &str| settings.pointer(&format!("/AccountLimit/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let (limit, free) = (number("ConcurrentExecutions"), number("UnreservedConcurrentExecutions"));
    if free >= RESERVED.saturating_add(UNRESERVED) {
        report.pass(format_args!("Lambda: {limit} concurrent executions; ReserveConcurrency=true is possible"));
    } else {
        let needed = RESERVED.saturating_add(UNRESERVED);
        report.note(
            format_args!("Lambda: {free} of {limit} concurrent executions are free, enough for a trial"),
            format_args!(
                "Keep ReserveConcurrency=false. Before the shop opens, request more: aws service-quotas \
                 request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000. \
                 ReserveConcurrency=true needs {needed}."
            ),
        );
    }
}

fn check_stack(report: &mut Report, stack: &str) {
    let described = match call(&["cloudformation", "describe-stacks", "--stack-name", stack]) {
        Ok(described) => described,
        Err(CallError::Rejected(reason)) if reason.contains("does not exist") => {
            return report.pass(format_args!("CloudFormation: there is no stack {stack} yet"));
        }
        Err(error) => return report_rejection(report, "CloudFormation: stacks cannot be read", error),
    };
    let status = described.pointer("/Stacks/0/StackStatus").and_then(Value::as_str).unwrap_or("unknown");
    let fact = format!("CloudFormation: the stack {stack} is in the status {status}");
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
    match status {
        // The last one is that of a first deployment that was not confirmed. The next one continues from it.
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE"
        | "REVIEW_IN_PROGRESS" => report.pass(fact),
        "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED" => report.fail(
            fact,
            format_args!("Remove what the failed deployment has left: sam delete --stack-name {stack}"),
        ),
        "UPDATE_FAILED" => report
            .fail(fact, format_args!("Roll it back: aws cloudformation rollback-stack --stack-name {stack}")),
        "UPDATE_ROLLBACK_FAILED" => report.fail(
            fact,
            format_args!(
                "Continue the rollback: aws cloudformation continue-update-rollback --stack-name {stack} \
                 --resources-to-skip Migration. That is the resource that fails without a database. If the stack's events \
                 show others in UPDATE_FAILED, name those."
            ),
        ),
        "IMPORT_ROLLBACK_FAILED" => {
            report.fail(fact, "Look up the reason in the stack's events in CloudFormation's console.");
        }
        running if running.ends_with("_IN_PROGRESS") => report.fail(fact, "Wait until that deployment has ended."),
        _ => report.note(fact, "This command does not know the status. Look the stack up in CloudFormation's console."),
    }
}

/// AWS has no request that shows whether an account is verified. One that has a distribution is.
fn check_cloudfront(report: &mut Report) {
    match call(&["cloudfront", "list-distributions", "--max-items", "1"]) {
        Ok(listed) if listed.pointer("/DistributionList/Items/0").is_some() => {
            report.pass("CloudFront: the account has a distribution, so it is verified");
        }
        Ok(_) => report.note(
            "CloudFront: the account has no distribution, so AWS may have to verify it first, which no request shows",
            "If the deployment fails with `Your account must be verified`, open a case with AWS's support (Account and \
             billing), and deploy with Pictures=s3 until it is closed.",
        ),
        Err(error) => report_rejection(report, "CloudFront: distributions cannot be listed", error),
    }
}

/// `Pictures=s3` needs a public bucket, which an account or its organization can forbid for all of its buckets.
fn check_public_buckets(report: &mut Report, account: &str) {
    let advice = "Do not deploy with Pictures=s3, which would be rolled back. Use cloudfront or none.";
    match call(&["s3control", "get-public-access-block", "--account-id", account]) {
        Ok(block) => {
            let is_on = |name: &str| {
                block.pointer(&format!("/PublicAccessBlockConfiguration/{name}")).and_then(Value::as_bool) == Some(true)
            };
            if is_on("BlockPublicPolicy") || is_on("RestrictPublicBuckets") {
                report.note("S3: the account forbids public buckets", advice);
            } else {
                report.pass("S3: the account permits public buckets");
            }
        }
        Err(CallError::Rejected(reason)) if reason.contains("NoSuchPublicAccessBlockConfiguration") => {
            report.pass("S3: the account permits public buckets");
        }
        Err(_) => report
            .note("S3: the account's block of public access cannot be read", format_args!("If it is on: {advice}")),
    }
}

fn report_rejection(report: &mut Report, fact: &str, error: CallError) {
    let reason = match error {
        CallError::NotInstalled => "there is no command `aws`".to_owned(),
        CallError::Rejected(reason) => reason,
    };
    report.fail(
        format_args!("{fact}: {reason}"),
        "If a permission is missing, deploy with the credentials of an administrator. If the host cannot be reached, the \
         region does not exist or this machine is offline.",
    );
}

/// Runs `aws`; returns its output.
fn call(arguments: &[&str]) -> Result<Value, CallError> {
    let output = Command::new("aws").args(arguments).args(["--output", "json", "--no-cli-pager"]).output();
    let output = output.map_err(|error| match error.kind() {
        ErrorKind::NotFound => CallError::NotInstalled,
        _ => CallError::Rejected(error.to_string()),
    })?;
    if output.status.success() {
        // Nothing is printed for an empty list.
        return Ok(serde_json::from_slice(&output.stdout).unwrap_or_default());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed without a message");
    Err(CallError::Rejected(last.trim().to_owned()))
}
