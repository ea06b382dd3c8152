//! `tools/prove-on-aws.sh`, with programs in place of the CLIs of AWS and SAM, of Cargo, and of the client of Stripe.

use crate::sources::ROOT;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const MONGODB_URI: &str = "mongodb://shop:pass-word@db.example.com/";
const STRIPE_KEY: &str = "sk_test_of_stripe";
const WEBHOOK_SECRET: &str = "whsec_of_stripe";

/// The programs. Each records its name and its arguments. That of SAM fails as AWS does for an update that has to fail.
const PROGRAMS: [(&str, &str); 6] = [
    (
        "aws",
        r#"case "$*" in
    *"Stacks[0].StackStatus"*) echo UPDATE_ROLLBACK_COMPLETE ;;
    *StripePublishableKey*) echo pk_test_1 ;;
    *"OutputKey=='FirstAdminSecretArn'"*) echo arn:admin ;;
    *OutputKey==*) echo arn:other ;;
    *get-secret-value*) echo '{"FIRST_ADMIN_EMAIL":"a@example.com","FIRST_ADMIN_PASSWORD":"secret-of-admin"}' ;;
    *put-secret-value*) cat >> "$RECORD/stored" ;;
    *StackResources*) printf 'AWS::SecretsManager::Secret\tthe-secret\nAWS::S3::Bucket\tthe-bucket\nAWS::SNS::Topic\tt\n' ;;
    *list-object-versions*) printf 'products/a.png\tv1\n' ;;
    *describe-alarms*) echo ALARM ;;
    *filter-log-events*) echo '["START", "{\"type\":\"platform.report\",\"record\":{\"metrics\":{\"initDurationMs\":41.5,\"maxMemoryUsedMB\":38}}}"]' ;;
    *CodeSize*) echo 4000000 ;;
    *describe-stack-resource*) echo the-resource ;;
esac"#,
    ),
    (
        "sam",
        r#"case "$*" in
    *broken*) exit 1 ;;
    *--config-file*) if grep -q StoreCurrency=EUR "$3"; then exit 1; fi; cp "$3" "$RECORD/config"; exit "$DEPLOYED" ;;
esac"#,
    ),
    (
        "cargo",
        r#"case "$*" in
    *build*) mkdir -p .aws-sam/build/OrdersFunction && echo 12345 > .aws-sam/build/OrdersFunction/bootstrap ;;
esac"#,
    ),
    ("curl", r#"cat >> "$RECORD/curl-config"; echo '{"id": "we_1", "secret": "whsec_of_stripe"}'"#),
    ("git", "echo abcdef"),
    ("sleep", ""),
];

/// The result of the script.
struct Proof {
    succeeded: bool,
    output: String,
    report: String,
    /// The calls of all programs.
    calls: String,
    record: TempDir,
}

/// Runs the script in a copy of its directory with these settings.
fn prove(settings: &[(&str, &str)]) -> Proof {
    let record = tempfile::tempdir().expect("a directory");
    let tools = record.path().join("repository/tools");
    fs::create_dir_all(&tools).expect("a directory");
    for script in ["prove-on-aws.sh", "test-stack.sh", "stack.sh"] {
        fs::copy(Path::new(ROOT).join("tools").join(script), tools.join(script)).expect("a copy");
    }
    for (name, program) in PROGRAMS {
        let path = record.path().join(name);
        fs::write(&path, format!("#!/bin/sh\necho \"{name} $*\" >> \"$RECORD/calls\"\n{program}\n"))
            .expect("a program");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a program");
    }
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(format!("export PATH=$RECORD:$PATH; {}/prove-on-aws.sh x86_64", tools.display()));
    shell.env("RECORD", record.path()).env("AWS_DEFAULT_REGION", "eu-central-1").env("DEPLOYED", "0");
    shell.env("MONGODB_URI", MONGODB_URI).env("STRIPE_SECRET_KEY", STRIPE_KEY);
    shell.env("STRIPE_PUBLISHABLE_KEY", "pk_test_1").env("TMPDIR", record.path());
    shell.env_remove("STRIPE_API_BASE").env_remove("ALARM_EMAIL").env_remove("PICTURES");
    let output = shell.envs(settings.iter().copied()).output().expect("bash");
    let read = |path: &str| fs::read_to_string(record.path().join(path)).unwrap_or_default();
    let (calls, report) = (read("calls"), read("repository/proof-on-aws-x86_64.md"));
    let output_text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    Proof { succeeded: output.status.success(), output: output_text, report, calls, record }
}

#[test]
fn the_proof_reports_each_step_and_removes_everything() {
    let proof = prove(&[]);
    assert!(proof.succeeded, "{}", proof.output);
    let steps: Vec<_> = proof.report.lines().filter(|line| line.contains("| passed |")).collect();
    assert_eq!(steps.len(), 14, "{}", proof.report);
    assert!(!proof.report.contains("failed**"), "{}", proof.report);
    assert!(proof.report.contains("| OrdersFunction | 6 | 4000000 | 1 | 42 | 42 | 38 |\n"), "{}", proof.report);
    for call in [
        "sam delete --no-prompts --stack-name ferrocart-proof-",
        "secretsmanager delete-secret --secret-id the-secret ",
        "s3api delete-object --bucket the-bucket --key products/a.png --version-id v1",
        "s3api delete-bucket --bucket the-bucket",
        "--request DELETE https://api.stripe.com/v1/webhook_endpoints/we_1",
    ] {
        assert!(proof.calls.contains(call), "{call}: {}", proof.calls);
    }
}

#[test]
fn neither_arguments_nor_the_report_contain_a_secret() {
    let proof = prove(&[]);
    let read = |name: &str| fs::read_to_string(proof.record.path().join(name)).expect("a file");
    // They arrive nevertheless.
    assert!(read("config").contains(MONGODB_URI) && read("config").contains(STRIPE_KEY));
    assert!(read("curl-config").contains(&format!("user = \"{STRIPE_KEY}:\"")));
    assert!(read("stored").contains(WEBHOOK_SECRET));
    for secret in ["pass-word", STRIPE_KEY, WEBHOOK_SECRET, "secret-of-admin"] {
        for text in [&proof.calls, &proof.report, &proof.output] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[test]
fn a_failed_deployment_is_removed_and_reported() {
    let proof = prove(&[("DEPLOYED", "1")]);
    assert!(!proof.succeeded);
    assert!(proof.report.contains("| Deploy | **failed** |"), "{}", proof.report);
    assert!(proof.calls.contains("sam delete"), "{}", proof.calls);
    assert!(!proof.calls.contains("webhook_endpoints") && !proof.report.contains("Buy"), "{}", proof.report);
    let kept = fs::read_dir(proof.record.path()).expect("a directory").flatten();
    for kept in kept.filter(|entry| entry.file_name().to_string_lossy().starts_with("tmp.")) {
        assert!(!kept.path().join("samconfig.toml").exists(), "the secrets remain in {}", kept.path().display());
    }
}

#[test]
fn the_proof_needs_test_keys_and_a_region() {
    for setting in [
        ("STRIPE_SECRET_KEY", "sk_live_1"),
        ("STRIPE_SECRET_KEY", "rk_test_1"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_1"),
        ("MONGODB_URI", "postgres://db"),
        ("MONGODB_URI", "mongodb://a b"),
        ("AWS_DEFAULT_REGION", ""),
    ] {
        let proof = prove(&[setting]);
        assert!(!proof.succeeded && proof.calls.is_empty(), "{setting:?}: {}", proof.calls);
    }
}
