//! Reading settings from Secrets Manager: requests, signatures, retries, errors.

use ferrocart::config::SecretsConfig;
use ferrocart::secrets::{Secrets, SecretsError};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn config(manager: &MockServer, arns: &str) -> SecretsConfig {
    config_at(&manager.uri(), arns)
}

fn config_at(url: &str, arns: &str) -> SecretsConfig {
    let settings = [
        ("SECRETS", arns),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "for-tests-only"),
        ("AWS_SESSION_TOKEN", "session"),
        ("AWS_ENDPOINT_URL", url),
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
    let manager = manager(value(r#"{"CURSOR_KEY":"same"}"#)).await;
    let secrets = Secrets::read(&config(&manager, "arn:one, arn:two")).await.expect("secrets");
    assert_eq!(secrets.get("CURSOR_KEY").as_deref(), Some("same"));
    assert_eq!(secrets.get("OTHER"), None);
    let mut bodies: Vec<_> = requests(&manager).await.into_iter().map(|request| request.body).collect();
    bodies.sort();
    assert_eq!(
        bodies,
        [
            br#"{"SecretId":"arn:one","VersionStage":"AWSCURRENT"}"#,
            br#"{"SecretId":"arn:two","VersionStage":"AWSCURRENT"}"#,
        ]
    );
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

#[tokio::test]
async fn transient_errors_are_retried_up_to_three_attempts() {
    let throttled = text(400, r#"{"__type":"ThrottlingException"}"#);
    for transient in [throttled, text(429, ""), text(500, r#"{"__type":"InternalServiceError"}"#), text(503, "")] {
        for (failures, attempts, is_read) in [(1, 2, true), (2, 3, true), (3, 3, false)] {
            let manager = MockServer::start().await;
            let failing = Mock::given(method("POST")).respond_with(transient.clone()).up_to_n_times(failures);
            failing.mount(&manager).await;
            Mock::given(method("POST")).respond_with(value(r#"{"NAME":"value"}"#)).mount(&manager).await;
            let read = Secrets::read(&config(&manager, "arn:one")).await;
            assert_eq!(read.is_ok(), is_read, "{transient:?} {failures}");
            assert_eq!(requests(&manager).await.len(), attempts, "{transient:?} {failures}");
        }
    }
}

#[tokio::test]
async fn a_lost_connection_is_retried() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let lost_connections = tokio::spawn(async move {
        for _ in 0..3 {
            drop(listener.accept().await.expect("a connection"));
        }
    });
    let Err(error) = Secrets::read(&config_at(&url, "arn:one")).await else { panic!("a secret without a response") };
    assert!(matches!(error, SecretsError::Unreachable(_)));
    lost_connections.await.expect("three connections");
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    let denied = text(400, r#"{"__type":"AccessDeniedException"}"#);
    let missing = text(400, r#"{"__type":"ResourceNotFoundException"}"#);
    for response in [denied, missing, text(403, ""), value("no JSON")] {
        let manager = manager(response).await;
        assert!(Secrets::read(&config(&manager, "arn:one")).await.is_err());
        assert_eq!(requests(&manager).await.len(), 1);
    }
}
