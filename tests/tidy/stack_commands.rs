//! `tools/stack.sh`, with a program in place of AWS's CLI.

use crate::shells::in_each_shell;
use crate::sources::ROOT;
use crate::template::TEMPLATE;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Records its arguments and its standard input, and has one output.
const AWS: &str = r#"#!/bin/sh
echo "$*" >> "$RECORD/arguments"
case "$*" in
    *put-secret-value*) cat > "$RECORD/stored" ;;
    *"OutputKey=='StripeKeySecretArn'"*) echo arn:stripe ;;
    *) echo ;;
esac
"#;

/// Runs a command after `tools/stack.sh` was read, with a standard input. Returns whether it succeeded, the arguments that
/// AWS's CLI received, and what it stored.
fn run(command: &str, typed: &str) -> (bool, String, Option<String>) {
    in_each_shell(|shell| run_in(shell, command, typed))
}

fn run_in(shell: &str, command: &str, typed: &str) -> (bool, String, Option<String>) {
    let record = tempfile::tempdir().expect("a directory");
    let aws = record.path().join("aws");
    fs::write(&aws, AWS).expect("a program");
    fs::set_permissions(&aws, Permissions::from_mode(0o755)).expect("a program");
    let script = Path::new(ROOT).join("tools/stack.sh").canonicalize().expect("a script");
    let mut shell = Command::new(shell);
    shell.arg("-c").arg(format!("export PATH=$RECORD:$PATH; . {}; {command}", script.display()));
    shell.env("RECORD", record.path()).env_remove("STACK");
    let mut shell = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
    shell.stdin.take().expect("a pipe").write_all(typed.as_bytes()).ok();
    let succeeded = shell.wait().expect("an end").success();
    let read = |name: &str| fs::read_to_string(record.path().join(name)).ok();
    (succeeded, read("arguments").unwrap_or_default(), read("stored"))
}

#[test]
fn a_secret_is_stored_without_being_an_argument() {
    let (succeeded, arguments, stored) = run("store_secret StripeKeySecretArn STRIPE_SECRET_KEY", "rk_live_1 2\n");
    assert!(succeeded && arguments.contains("--secret-id arn:stripe"), "{arguments}");
    assert!(!arguments.contains("rk_live"), "{arguments}");
    assert_eq!(stored.as_deref(), Some(r#"{"STRIPE_SECRET_KEY":"rk_live_1 2"}"#));
}

#[test]
fn several_settings_become_one_secret() {
    let (_, _, stored) = run("store_secret StripeKeySecretArn A B", "one\ntwo\n");
    assert_eq!(stored.as_deref(), Some(r#"{"A":"one","B":"two"}"#));
}

#[test]
fn nothing_is_stored_after_a_mistake() {
    for (command, typed) in [
        ("store_secret NoSuchOutput STRIPE_SECRET_KEY", "rk_live_1\n"),
        ("store_secret StripeKeySecretArn STRIPE_SECRET_KEY", "\n"),
        ("store_secret StripeKeySecretArn STRIPE_SECRET_KEY", "a\"b\n"),
        ("store_secret StripeKeySecretArn STRIPE_SECRET_KEY", "a\\b\n"),
    ] {
        let (succeeded, arguments, stored) = run(command, typed);
        assert!(!succeeded && stored.is_none(), "{command}, {typed}: {arguments}");
    }
}

#[test]
fn the_stack_can_have_another_name() {
    assert!(run("output ApiUrl", "").1.contains("--stack-name ferrocart "));
    assert!(run("STACK=shop output ApiUrl", "").1.contains("--stack-name shop "));
}

#[test]
fn every_type_of_a_kept_resource_is_listed() {
    let (succeeded, arguments, _) = run("STACK=shop kept_resources", "");
    assert!(succeeded && arguments.contains("list-stack-resources --stack-name shop "), "{arguments}");
    let mut kept = 0;
    for resource in TEMPLATE.split("\n    Type: ").skip(1) {
        let (kind, properties) = resource.split_once('\n').expect("properties");
        let lines = properties.lines().take_while(|line| line.starts_with("    "));
        if lines.into_iter().any(|line| line.starts_with("    DeletionPolicy: Retain")) {
            assert!(arguments.contains(&format!("'{kind}'")), "{kind} is not in {arguments}");
            kept += 1;
        }
    }
    assert!(kept > 10, "the template keeps {kept} resources");
}
