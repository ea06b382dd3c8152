//! `tools/test-stack.sh`, with a program in place of AWS's CLI.

use crate::sources::ROOT;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Records its arguments, and responds like a stack with these parameters and outputs.
const AWS: &str = r#"#!/bin/sh
echo "$*" >> "$RECORD/arguments"
case "$*" in
    *StripePublishableKey*) echo "$KEY" ;;
    *StripeApiBase*) echo https://api.stripe.com ;;
    *"OutputKey=='ApiUrl'"*) echo https://api.example.com/api/v1 ;;
    *"OutputKey=='FirstAdminSecretArn'"*) echo "$ADMIN" ;;
    *get-secret-value*) echo '{"FIRST_ADMIN_EMAIL":"a@example.com","FIRST_ADMIN_PASSWORD":"secret"}' ;;
esac
"#;
/// The compiled tests: copies the description of the stack.
const TESTS: &str =
    "#!/bin/sh\ncat \"$FERROCART_STACK\" > \"$RECORD/stack\"\nls -l \"$FERROCART_STACK\" > \"$RECORD/file\"\n";

/// Runs the script. Returns whether it succeeded, the calls of AWS's CLI, the description that the tests received, and the
/// permissions of its file.
fn run(key: &str, admin: &str) -> (bool, String, String, String) {
    let record = tempfile::tempdir().expect("a directory");
    for (name, program) in [("aws", AWS), ("tests", TESTS)] {
        let path = record.path().join(name);
        fs::write(&path, program).expect("a program");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a program");
    }
    let script = Path::new(ROOT).join("tools/test-stack.sh").canonicalize().expect("a script");
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(format!("export PATH=$RECORD:$PATH; {} $RECORD/tests", script.display()));
    shell.env("RECORD", record.path()).env("KEY", key).env("ADMIN", admin).env("TMPDIR", record.path());
    let output = shell.env_remove("STACK").output().expect("bash");
    let read = |name: &str| fs::read_to_string(record.path().join(name)).unwrap_or_default();
    (output.status.success(), read("arguments"), read("stack"), read("file"))
}

#[test]
fn the_tests_receive_the_url_and_the_administrator_of_the_stack() {
    let (succeeded, _, stack, file) = run("pk_test_1", "arn:admin");
    assert!(succeeded);
    let expected = r#"{"base_url": "https://api.example.com/api/v1", "stripe": {"base_url": "https://api.stripe.com"}, "admin": {"FIRST_ADMIN_EMAIL":"a@example.com","FIRST_ADMIN_PASSWORD":"secret"}}"#;
    assert_eq!(stack, expected);
    assert!(file.starts_with("-rw-------"), "{file}");
}

#[test]
fn nothing_is_bought_from_a_shop_that_takes_money() {
    for (key, admin) in [("pk_live_1", "arn:admin"), ("", "arn:admin"), ("pk_test_1", "")] {
        let (succeeded, calls, stack, _) = run(key, admin);
        assert!(!succeeded && stack.is_empty() && !calls.contains("get-secret-value"), "{key}: {calls}");
    }
}
