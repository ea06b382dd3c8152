//! `tools/require-green-checks.sh`, with a program in place of GitHub's CLI.

use crate::sources::ROOT;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Records its arguments, and prints the next line of its answers.
const GH: &str = r#"#!/bin/sh
echo "$*" >> "$RECORD/arguments"
head -n 1 "$RECORD/answers"
sed -i.bak 1d "$RECORD/answers"
"#;

/// Runs the script with these answers. Returns whether it succeeded, its errors, and the calls of GitHub's CLI.
fn run(answers: &[&str]) -> (bool, String, Vec<String>) {
    let record = tempfile::tempdir().expect("a directory");
    for (name, program) in [("gh", GH), ("sleep", "#!/bin/sh\n")] {
        let path = record.path().join(name);
        fs::write(&path, program).expect("a program");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a program");
    }
    fs::write(record.path().join("answers"), answers.join("\n")).expect("answers");
    let script = Path::new(ROOT).join("tools/require-green-checks.sh").canonicalize().expect("a script");
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(format!("export PATH=$RECORD:$PATH; {} abc123", script.display()));
    let output = shell.env("RECORD", record.path()).env("GITHUB_REPOSITORY", "owner/shop").output().expect("bash");
    let calls = fs::read_to_string(record.path().join("arguments")).unwrap_or_default();
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    (output.status.success(), errors, calls.lines().map(str::to_owned).collect())
}

#[test]
fn a_commit_that_ci_has_passed_may_be_deployed() {
    let (succeeded, _, calls) = run(&["completed success"]);
    assert!(succeeded);
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    let runs = "repos/owner/shop/actions/workflows/ci.yml/runs?event=push&branch=main&head_sha=abc123&per_page=1";
    assert!(call.starts_with(&format!("api {runs} ")), "{call}");
}

#[test]
fn a_commit_that_ci_has_not_passed_is_not_deployed() {
    for (answer, reason) in [
        ("completed failure", "CI has not passed for abc123: completed failure"),
        ("completed cancelled", "CI has not passed"),
        ("null null", "only commits of main are deployed"),
    ] {
        let (succeeded, errors, _) = run(&[answer]);
        assert!(!succeeded && errors.contains(reason), "{answer}: {errors}");
    }
}

#[test]
fn the_deployment_waits_for_ci() {
    let (succeeded, _, calls) = run(&["queued null", "in_progress null", "completed success"]);
    assert!(succeeded);
    assert_eq!(calls.len(), 3);
    let (succeeded, errors, _) = run(&["in_progress null", "completed failure"]);
    assert!(!succeeded, "{errors}");
    let (succeeded, errors, calls) = run(&["in_progress null"; 200]);
    assert!(!succeeded && calls.len() == 180, "{errors}");
}
