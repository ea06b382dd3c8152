//! Reading settings from Secrets Manager: requests, signatures, errors.

use ferrocart::config::SecretsConfig;
use ferrocart::secrets::{Secrets, SecretsError};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn config(manager: &MockServer, arns: &str) -> SecretsConfig {
    let url = manager.uri();
    let settings = [
        ("SECRETS", arns),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "for-tests-only"),
        ("AWS_SESSION_TOKEN", "session"),
        ("AWS_ENDPOINT_URL", &url),
    ];
    let find = |name: &str| settings.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
    SecretsConfig::read(find).expect("good settings").expect("secrets")
}

/// A Secrets Manager that answers every request with this response.
async fn manager(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).mount(&server).await;
    server
}

async fn requests(manager: &MockServer) -> Vec<Request> {
    manager.received_requests().await.expect("recorded requests")
}

fn value(secret: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "Name": "any", "SecretString": secret }))
}

fn text(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(body)
}

#[tokio::test]
async fn settings_are_read_from_every_named_secret() {
    let manager = manager(value(r#"{"JWT_SECRET":"same"}"#)).await;
    let secrets = Secrets::read(&config(&manager, "arn:one, arn:two")).await.expect("secrets");
    assert_eq!(secrets.get("JWT_SECRET").as_deref(), Some("same"));
    assert_eq!(secrets.get("OTHER"), None);
    let mut bodies: Vec<_> = requests(&manager).await.into_iter().map(|request| request.body).collect();
    bodies.sort();
    assert_eq!(bodies, [br#"{"SecretId":"arn:one"}"#, br#"{"SecretId":"arn:two"}"#]);
}

#[tokio::test]
async fn requests_are_signed_for_their_service_and_region() {
    let manager = manager(value("{}")).await;
    Secrets::read(&config(&manager, "arn:one")).await.expect("secrets");
    let headers = &requests(&manager).await[0].headers;
    assert_eq!(headers["x-amz-target"], "secretsmanager.GetSecretValue");
    assert_eq!(headers["x-amz-security-token"], "session");
    assert_eq!(headers.get_all("content-type").iter().collect::<Vec<_>>(), ["application/x-amz-json-1.1"]);
    let authorization = headers["authorization"].to_str().expect("ASCII");
    for part in [
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/",
        "/eu-central-1/secretsmanager/aws4_request",
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
    ] {
        assert!(authorization.contains(part), "{part} is not in {authorization}");
    }
}

#[tokio::test]
async fn an_unreadable_secret_is_named_without_its_content() {
    let denied = r#"{"__type":"com.amazonaws#AccessDeniedException","Message":"hidden"}"#;
    let cases = [
        (text(400, denied), "arn:one with status 400: AccessDeniedException"),
        (text(500, "hidden"), "arn:one with status 500: unknown"),
        (text(200, "hidden"), "the secret arn:one is not a JSON object"),
        (value("hidden"), "the secret arn:one is not a JSON object"),
        (value(r#"{"hidden":1}"#), "the secret arn:one is not a JSON object"),
    ];
    for (response, expected) in cases {
        let manager = manager(response).await;
        let Err(error) = Secrets::read(&config(&manager, "arn:one")).await else { panic!("{expected}") };
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("hidden"), "{shown}");
        assert!(!matches!(error, SecretsError::Unreachable(_)));
    }
}
