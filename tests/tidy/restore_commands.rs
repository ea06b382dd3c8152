//! `tools/restore.sh`, with a program in place of AWS's CLI.

use crate::shells::in_each_shell;
use crate::sources::ROOT;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Records its arguments, and responds like a stack with three parameters and a bucket with two deleted images.
const AWS: &str = r#"#!/bin/sh
echo "$*" >> "$RECORD/arguments"
case "$*" in *"${FAILURE:-no failure}"*) exit 254 ;; esac
case "$*" in
    *describe-stacks*) printf 'MongoDbUri\nShopState\nStripeSecretKey\n' ;;
    *describe-stack-resource*AuthLogs*) echo the-logs ;;
    *describe-stack-resource*ImageBucket*) echo the-bucket ;;
    *list-object-versions*) printf 'products/1/2/a.png\tv1\nproducts/1/3/b.png\tv2\n' ;;
    *filter-log-events*) echo '{"message":"answered"}' ;;
esac
"#;

/// Runs a command after `tools/restore.sh` was read. Returns whether it succeeded, its output, and the calls of AWS's CLI.
fn run(command: &str) -> (bool, String, Vec<String>) {
    in_each_shell(|shell| run_in(shell, command))
}

fn run_in(shell: &str, command: &str) -> (bool, String, Vec<String>) {
    let record = tempfile::tempdir().expect("a directory");
    let aws = record.path().join("aws");
    fs::write(&aws, AWS).expect("a program");
    fs::set_permissions(&aws, Permissions::from_mode(0o755)).expect("a program");
    let script = Path::new(ROOT).join("tools/restore.sh").canonicalize().expect("a script");
    let mut shell = Command::new(shell);
    shell.arg("-c").arg(format!("export PATH=$RECORD:$PATH; . {}; {command}", script.display()));
    let output = shell.env("RECORD", record.path()).env_remove("STACK").output().expect("a shell");
    let calls = fs::read_to_string(record.path().join("arguments")).unwrap_or_default();
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.success(), text, calls.lines().map(str::to_owned).collect())
}

#[test]
fn closing_and_opening_change_one_parameter_and_wait() {
    for (command, state, stack) in [
        ("close_shop", "closed", "ferrocart"),
        ("open_shop", "open", "ferrocart"),
        ("STACK=shop close_shop", "closed", "shop"),
    ] {
        let (succeeded, _, calls) = run(command);
        let [_, update, wait] = calls.as_slice() else { panic!("{calls:?}") };
        assert!(succeeded, "{calls:?}");
        let parameters = format!(
            "--parameters ParameterKey=MongoDbUri,UsePreviousValue=true \
             ParameterKey=ShopState,ParameterValue={state} ParameterKey=StripeSecretKey,UsePreviousValue=true"
        );
        assert!(update.contains("--use-previous-template") && update.ends_with(&parameters), "{update}");
        assert_eq!(*wait, format!("cloudformation wait stack-update-complete --stack-name {stack}"));
    }
}

#[test]
fn a_rejected_update_is_not_waited_for() {
    let (succeeded, _, calls) = run("export FAILURE=update-stack; close_shop");
    assert!(!succeeded && calls.len() == 2, "{calls:?}");
}

#[test]
fn deletions_are_read_from_the_log_since_a_time() {
    let (succeeded, output, calls) = run("deleted_accounts 2026-11-28T10:00:00Z");
    assert!(succeeded && output == "{\"message\":\"answered\"}\n{\"complete\":true}\n", "{output}");
    let call = calls.last().expect("a call");
    assert!(call.contains("--log-group-name the-logs --start-time 1795860000000"), "{call}");
    assert!(!run("deleted_accounts yesterday-ish").0);
}

#[test]
fn a_log_that_cannot_be_read_is_not_complete() {
    for failure in ["filter-log-events", "AuthLogs"] {
        let (succeeded, output, _) = run(&format!("export FAILURE={failure}; deleted_accounts 2026-11-28T10:00:00Z"));
        assert!(!succeeded && !output.contains("complete"), "{failure}: {output}");
    }
}

#[test]
fn images_that_cannot_be_restored_are_a_failure() {
    for failure in ["list-object-versions", "--version-id v1", "ImageBucket"] {
        assert!(!run(&format!("export FAILURE='{failure}'; restore_images 2026-11-28T10:00:00Z")).0, "{failure}");
    }
}

#[test]
fn deletion_markers_of_images_are_removed() {
    let (succeeded, _, calls) = run("restore_images 2026-11-28T10:00:00Z");
    let [_, list, first, second] = calls.as_slice() else { panic!("{calls:?}") };
    assert!(succeeded && list.contains("LastModified>='2026-11-28T10:00:00Z'"), "{list}");
    assert_eq!(first, "s3api delete-object --bucket the-bucket --key products/1/2/a.png --version-id v1");
    assert_eq!(second, "s3api delete-object --bucket the-bucket --key products/1/3/b.png --version-id v2");
}
