//! Reading settings from Secrets Manager: requests, signatures, errors.

use ferrocart::config::SecretsConfig;
use ferrocart::secrets::{Secrets, SecretsError};
use ferrocart_tests::Listener;
use serde_json::json;

fn config(manager: &Listener, arns: &str) -> SecretsConfig {
    let settings = [
        ("SECRETS", arns),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "for-tests-only"),
        ("AWS_SESSION_TOKEN", "session"),
        ("AWS_ENDPOINT_URL", manager.url()),
    ];
    let find = |name: &str| settings.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
    SecretsConfig::read(find).expect("good settings").expect("secrets")
}

fn value(secret: &str) -> (u16, String) {
    (200, json!({ "Name": "any", "SecretString": secret }).to_string())
}

#[tokio::test]
async fn settings_are_read_from_every_named_secret() {
    let manager = Listener::start(vec![value(r#"{"JWT_SECRET":"same"}"#), value(r#"{"JWT_SECRET":"same"}"#)]);
    let secrets = Secrets::read(&config(&manager, "arn:one, arn:two")).await.expect("secrets");
    assert_eq!(secrets.get("JWT_SECRET").as_deref(), Some("same"));
    assert_eq!(secrets.get("OTHER"), None);
    let mut requests: Vec<_> = manager.heard().into_iter().map(|request| request.body).collect();
    requests.sort();
    assert_eq!(requests, [r#"{"SecretId":"arn:one"}"#, r#"{"SecretId":"arn:two"}"#]);
}

#[tokio::test]
async fn requests_are_signed_for_their_service_and_region() {
    let manager = Listener::start(vec![value("{}")]);
    Secrets::read(&config(&manager, "arn:one")).await.expect("secrets");
    let head = &manager.heard()[0].head;
    for part in [
        "x-amz-target: secretsmanager.getsecretvalue\r\n",
        "content-type: application/x-amz-json-1.1\r\n",
        "x-amz-security-token: session\r\n",
        "authorization: aws4-hmac-sha256 credential=akidexample/",
        "/eu-central-1/secretsmanager/aws4_request",
        "signedheaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
    ] {
        assert!(head.contains(part), "{part} is not in {head}");
    }
    assert_eq!(head.matches("content-type:").count(), 1, "{head}");
}

#[tokio::test]
async fn an_unreadable_secret_is_named_without_its_content() {
    let denied = r#"{"__type":"com.amazonaws#AccessDeniedException","Message":"hidden"}"#;
    let cases = [
        ((400, denied.to_owned()), "arn:one with status 400: AccessDeniedException"),
        ((500, "hidden".to_owned()), "arn:one with status 500: unknown"),
        ((200, "hidden".to_owned()), "the secret arn:one is no JSON object"),
        (value("hidden"), "the secret arn:one is no JSON object"),
        (value(r#"{"hidden":1}"#), "the secret arn:one is no JSON object"),
    ];
    for (answer, expected) in cases {
        let manager = Listener::start(vec![answer]);
        let Err(error) = Secrets::read(&config(&manager, "arn:one")).await else { panic!("{expected}") };
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("hidden"), "{shown}");
        assert!(!matches!(error, SecretsError::Unreachable(_)));
    }
}
