//! Runs `ferrocart preflight` as a process: on the MongoDB of the tests, a Stripe stand-in, and a program in place of
//! AWS's CLI.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by a panic, and reads its environment"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use ferrocart_tests::TestShop;
use mongodb::bson::doc;
use serde_json::json;
use stripe_stand_in::{Running, Settings, StandIn};
use tempfile::TempDir;

const KEY: &str = "rk_test_restricted_local";
const PERMISSIONS: [&str; 3] = ["rak_payment_intent_write", "rak_charge_write", "rak_dispute_read"];

/// Everything that a deployment needs, each part of which a test can spoil.
struct Account {
    directory: TempDir,
    stripe: Running,
    /// Environment variables.
    settings: Vec<(&'static str, String)>,
}

impl Account {
    /// An established AWS account, a key with these permissions, and the MongoDB of the tests.
    async fn new(permissions: &[&str]) -> Self {
        let stripe = StandIn::start(Settings::default()).await.expect("a stand-in");
        let url = format!("{}/_stand-in/restricted-keys", stripe.base_url());
        let body = json!({ "key": KEY, "permissions": permissions });
        reqwest::Client::new()
            .put(url)
            .json(&body)
            .send()
            .await
            .expect("a response")
            .error_for_status()
            .expect("a key");
        let account = Self {
            directory: TempDir::new().expect("a directory"),
            settings: vec![
                ("AWS_DEFAULT_REGION", "eu-central-1".to_owned()),
                ("MONGODB_URI", std::env::var("MONGODB_URI").expect("MONGODB_URI")),
                ("STRIPE_API_BASE", stripe.base_url().to_owned()),
                ("STRIPE_SECRET_KEY", KEY.to_owned()),
                ("STRIPE_PUBLISHABLE_KEY", "pk_test_local".to_owned()),
            ],
            stripe,
        };
        account.answer("sts", r#"{"Account": "1", "Arn": "arn:aws:iam::1:user/ada"}"#);
        let limits = r#"{"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}}"#;
        account.answer("lambda", limits);
        account.answer("cloudfront", r#"{"DistributionList": {"Items": [{"Id": "E1"}]}}"#);
        account.reject("s3control", "(NoSuchPublicAccessBlockConfiguration): there is none");
        account.reject("cloudformation", "(ValidationError): Stack with id ferrocart does not exist");
        account
    }

    /// Lets `aws SERVICE ..` print this.
    fn answer(&self, service: &str, output: &str) {
        fs::write(self.directory.path().join(service), output).expect("an answer");
        fs::remove_file(self.directory.path().join(format!("{service}.error"))).ok();
        let aws = self.directory.path().join("aws");
        let script =
            "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nif [ -e $1.error ]; then cat $1.error >&2; exit 254; fi\ncat $1\n";
        fs::write(&aws, script).expect("a program");
        fs::set_permissions(aws, Permissions::from_mode(0o755)).expect("a program");
    }

    /// Lets `aws SERVICE ..` fail.
    fn reject(&self, service: &str, error: &str) {
        fs::write(self.directory.path().join(format!("{service}.error")), format!("\n{error}\n\n")).expect("an error");
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.settings.retain(|(setting, _)| *setting != name);
        self.settings.push((name, value.to_owned()));
    }

    /// Runs the command on another thread, because the stand-in runs on this one. Returns whether it succeeded, and its
    /// output.
    async fn preflight(&self) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
        let path = std::env::var("PATH").expect("PATH");
        command
            .arg("preflight")
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("HOME", self.directory.path());
        command.env("PATH", format!("{}:{path}", self.directory.path().display()));
        command.envs(self.settings.iter().cloned());
        let output =
            tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("the output");
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(!text.contains("restricted_local") && !text.contains("s3cret"), "{text}");
        (output.status.success(), text)
    }

    /// Runs the command, which must fail with exactly this failure.
    async fn fails_with(&self, failure: &str) {
        let (succeeded, text) = self.preflight().await;
        let failures: Vec<&str> = text.lines().filter(|line| line.starts_with("FAIL")).collect();
        let is_expected = matches!(failures.as_slice(), [only] if only.contains(failure));
        assert!(!succeeded && is_expected, "{failure}: {text}");
    }
}

#[tokio::test]
async fn an_established_account_passes() {
    let account = Account::new(&PERMISSIONS).await;
    let (succeeded, text) = account.preflight().await;
    assert!(succeeded && text.contains("ready to deploy") && !text.contains("FAIL"), "{text}");
    for fact in
        ["user/ada", "eu-central-1", "ReserveConcurrency=true is possible", "no stack ferrocart", "it is verified"]
    {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    assert!(text.contains("supports transactions") && text.contains("Disputes: Read"), "{text}");
}

#[tokio::test]
async fn a_new_account_can_deploy_and_sees_its_limits() {
    let account = Account::new(&PERMISSIONS).await;
    let limits = r#"{"AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}}"#;
    account.answer("lambda", limits);
    account.answer("cloudfront", "");
    account.answer("sts", r#"{"Account": "1", "Arn": "arn:aws:iam::1:root"}"#);
    let (succeeded, text) = account.preflight().await;
    assert!(succeeded, "{text}");
    for advice in ["L-B99A9384", "Pictures=s3", "Create an administrator"] {
        assert!(text.contains(advice), "{advice}: {text}");
    }
}

#[tokio::test]
async fn each_failure_of_aws_says_what_to_do() {
    let mut account = Account::new(&PERMISSIONS).await;
    account.reject("sts", "Unable to locate credentials. You can configure credentials by running \"aws login\".");
    account.fails_with("no valid credentials: Unable to locate credentials").await;
    account.answer("sts", r#"{"Account": "1", "Arn": "arn:aws:iam::1:user/ada"}"#);
    for (service, failure) in [("lambda", "quotas cannot be read"), ("cloudfront", "distributions cannot be listed")] {
        account.reject(service, "An error occurred (AccessDeniedException)");
        account.fails_with(failure).await;
        fs::remove_file(account.directory.path().join(format!("{service}.error"))).expect("an error");
    }
    account.set("AWS_DEFAULT_REGION", "cn-north-1");
    account.fails_with("in a partition with other host names").await;
}

#[tokio::test]
async fn the_status_of_the_stack_must_permit_a_deployment() {
    let account = Account::new(&PERMISSIONS).await;
    for (statuses, advice) in [
        (&["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"][..], "sam delete"),
        (&["UPDATE_FAILED"], "rollback-stack"),
        (&["UPDATE_ROLLBACK_FAILED"], "continue-update-rollback"),
        (&["IMPORT_ROLLBACK_FAILED"], "CloudFormation's console"),
        (&["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"], "Wait"),
    ] {
        for status in statuses {
            account.answer("cloudformation", &json!({ "Stacks": [{ "StackStatus": status }] }).to_string());
            account.fails_with(&format!("in the status {status}")).await;
            assert!(account.preflight().await.1.contains(advice), "{status}");
        }
    }
    // The last one is that of a first deployment that was not confirmed.
    let complete = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"];
    let passing = [&complete[..], &["IMPORT_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"]].concat();
    for (status, expected) in passing.into_iter().map(|status| (status, "ok ")).chain([("HIBERNATED", "NOTE ")]) {
        account.answer("cloudformation", &json!({ "Stacks": [{ "StackStatus": status }] }).to_string());
        let (succeeded, text) = account.preflight().await;
        let line = text.lines().find(|line| line.contains(status)).expect("a line about the status");
        assert!(succeeded && line.starts_with(expected), "{text}");
    }
}

#[tokio::test]
async fn sam_must_deploy_to_the_region_that_is_checked() {
    let mut account = Account::new(&PERMISSIONS).await;
    account.set("AWS_REGION", "eu-central-1");
    assert!(account.preflight().await.0);
    account.set("AWS_REGION", "eu-west-1");
    account.fails_with("AWS_REGION is eu-west-1, but `sam` deploys to eu-central-1").await;
    account.settings.retain(|(name, _)| *name != "AWS_DEFAULT_REGION");
    account.fails_with("AWS_REGION is eu-west-1, but `sam` does not read it").await;
    account.set("AWS_REGION", "");
    account.set("AWS_DEFAULT_REGION", "eu-central-1");
    let configuration = account.directory.path().join("samconfig.toml");
    fs::write(&configuration, "[default.deploy.parameters]\nregion = \"eu-central-1\"\n").expect("a file");
    assert!(account.preflight().await.0);
    fs::write(&configuration, "[default.global.parameters]\nregion=\"us-east-1\" # old\n").expect("a file");
    account.fails_with("samconfig.toml has the region us-east-1").await;
}

#[tokio::test]
async fn what_prevents_public_pictures_and_is_unchecked_is_noted() {
    let mut account = Account::new(&PERMISSIONS).await;
    assert!(!account.preflight().await.1.contains("NOTE  S3"));
    account.set("STRIPE_PUBLISHABLE_KEY", "");
    for setting in ["BlockPublicPolicy", "RestrictPublicBuckets"] {
        account.answer("s3control", &json!({ "PublicAccessBlockConfiguration": { setting: true } }).to_string());
        let (succeeded, text) = account.preflight().await;
        assert!(succeeded && text.contains("NOTE  S3: the account forbids public buckets"), "{text}");
        assert!(text.contains("NOTE  Stripe: the publishable key is not checked"), "{text}");
    }
    account.answer("s3control", r#"{"PublicAccessBlockConfiguration": {"BlockPublicPolicy": false}}"#);
    assert!(!account.preflight().await.1.contains("NOTE  S3"));
    account.reject("s3control", "An error occurred (AccessDenied)");
    assert!(account.preflight().await.1.contains("NOTE  S3: the account's block of public access cannot be read"));
}

#[tokio::test]
async fn each_failure_of_mongodb_says_what_to_do() {
    let mut account = Account::new(&PERMISSIONS).await;
    let uri = std::env::var("MONGODB_URI").expect("MONGODB_URI");
    let (_, host) = uri.split_once("//").expect("a connection string");
    for (uri, failure) in [
        ("mongodb://ada:s3cret@".to_owned(), "it is malformed"),
        ("mongodb+srv://ada:s3cret@no-such-host.invalid/".to_owned(), "MongoDbUri: "),
        ("mongodb://ada:s3cret@127.0.0.1:9/".to_owned(), "no server responds"),
        (format!("mongodb://ada:s3cret@{host}"), "the credentials are rejected"),
        (String::new(), "no connection string"),
    ] {
        account.set("MONGODB_URI", &uri);
        account.fails_with(failure).await;
    }
}

#[tokio::test]
async fn no_part_of_a_mistyped_password_is_printed() {
    let mut account = Account::new(&PERMISSIONS).await;
    for separator in ["?", "@", "/", ":", "%", "#", "[", "?=", "?x=", "/?", "@@"] {
        for start in ["s3cret", "31415926", "27182"] {
            account.set("MONGODB_URI", &format!("mongodb://ada:{start}{separator}s3cret@127.0.0.1:9/"));
            let (succeeded, text) = account.preflight().await;
            assert!(!succeeded && text.contains("it is malformed") && !text.contains(start), "{separator}: {text}");
        }
    }
}

#[tokio::test]
async fn the_privileges_of_each_user_are_checked() {
    let shop = TestShop::open().await;
    let database = shop.database();
    let uri = std::env::var("MONGODB_URI").expect("MONGODB_URI");
    let mut account = Account::new(&PERMISSIONS).await;
    account.set("MONGODB_DATABASE", database.name());
    let with_user = |user: &str| {
        let separator = if uri.contains('?') { '&' } else { '?' };
        uri.replacen("//", &format!("//{user}:s3cret@"), 1) + &format!("{separator}authSource={}", database.name())
    };
    let users = [("reader", vec!["read"]), ("shop", vec!["readWrite"]), ("migrate", vec!["readWrite", "dbAdmin"])];
    for (user, roles) in users {
        database.run_command(doc! { "createUser": user, "pwd": "s3cret", "roles": roles }).await.expect("a user");
    }
    account.set("MONGODB_URI", &with_user("migrate"));
    let (succeeded, text) = account.preflight().await;
    assert!(succeeded && text.contains("privileges of the functions") && text.contains("of the migrations"), "{text}");
    account.set("MONGODB_URI", &with_user("shop"));
    account.fails_with("MongoDbUri lacks privileges of the migrations: collMod").await;
    account.set("MONGODB_MIGRATION_URI", &with_user("migrate"));
    assert!(account.preflight().await.0);
    account.set("MONGODB_URI", &with_user("reader"));
    account.fails_with("MongoDbUri lacks privileges of the functions: insert, update, remove").await;
    account.set("MONGODB_URI", &with_user("migrate"));
    account.set("MONGODB_MIGRATION_URI", &with_user("shop"));
    account.fails_with("MongoDbMigrationUri lacks privileges of the migrations: collMod").await;
    assert!(account.preflight().await.1.contains("are interchanged"));
    database.run_command(doc! { "dropAllUsersFromDatabase": 1 }).await.expect("no users");
}

#[tokio::test]
async fn each_failure_of_stripe_says_what_to_do() {
    let mut account = Account::new(&PERMISSIONS[..2]).await;
    account.fails_with("lacks the permission Disputes: Read").await;
    for (key, failure) in [
        ("pk_test_local", "this is a publishable key"),
        ("sk_test_mistyped", "does not know this key"),
        ("", "there is no key"),
    ] {
        account.set("STRIPE_SECRET_KEY", key);
        account.fails_with(failure).await;
    }
    account.set("STRIPE_SECRET_KEY", "sk_test_local");
    for (publishable, failure) in [("pk_live_local", "of live mode"), ("sk_test_local", "does not start with pk_")] {
        account.set("STRIPE_PUBLISHABLE_KEY", publishable);
        account.fails_with(failure).await;
    }
    account.set("STRIPE_PUBLISHABLE_KEY", "pk_test_local");
    assert!(account.preflight().await.0);
    drop(account.stripe);
}
