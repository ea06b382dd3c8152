//! Errors of S3: which of them are retried, and what the API makes of those that remain.

use super::images::{PNG, announce, complete, image_path, open};
use ferrocart_tests::TestShop;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A response that the SDK passes on after this number of attempts, and then the status of the API.
type Case = (u16, &'static str, u64, u16);

const INSPECTIONS: [Case; 9] = [
    (404, "NoSuchKey", 1, 404),
    (404, "NoSuchBucket", 1, 500),
    (403, "AccessDenied", 1, 500),
    (301, "PermanentRedirect", 1, 500),
    (400, "ExpiredToken", 1, 500),
    (400, "RequestTimeout", 3, 503),
    (429, "TooManyRequests", 1, 503),
    (500, "InternalError", 3, 503),
    (503, "SlowDown", 3, 503),
];

const COPIES: [Case; 6] = [
    (404, "NoSuchKey", 1, 409),
    (412, "PreconditionFailed", 1, 409),
    (403, "AccessDenied", 1, 500),
    // S3 has sent the status before the copy failed.
    (200, "InternalError", 3, 503),
    (200, "SlowDown", 3, 503),
    (503, "SlowDown", 3, 503),
];

fn error(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(format!("<Error><Code>{code}</Code></Error>"))
}

fn upload() -> ResponseTemplate {
    let range = format!("bytes 0-{}/{}", PNG.len().saturating_sub(1), PNG.len());
    ResponseTemplate::new(206)
        .insert_header("content-range", range)
        .insert_header("etag", "\"1\"")
        .set_body_raw(PNG, "image/png")
}

/// Completes an image at a shop whose bucket is this server; returns the status.
async fn complete_at(s3: &MockServer, fixture: &(TestShop, ferrocart_tests::Client, String)) -> u16 {
    let (shop, admin, tee) = fixture;
    let admin = admin.at_shop(&shop.reopen_with_images(&s3.uri()).await);
    let announced = announce(&admin, tee, "image/png", PNG.len()).await;
    complete(&admin, &image_path(tee, &announced)).await.status.as_u16()
}

#[tokio::test]
async fn errors_of_an_inspection_are_outages_or_failures() {
    let fixture = open().await;
    for (status, code, attempts, expected) in INSPECTIONS {
        let s3 = MockServer::start().await;
        Mock::given(any()).respond_with(error(status, code)).expect(attempts).mount(&s3).await;
        assert_eq!(complete_at(&s3, &fixture).await, expected, "{status} {code}");
    }
}

#[tokio::test]
async fn errors_of_a_copy_are_outages_failures_or_conflicts() {
    let fixture = open().await;
    for (status, code, attempts, expected) in COPIES {
        let s3 = MockServer::start().await;
        Mock::given(method("GET")).respond_with(upload()).mount(&s3).await;
        Mock::given(method("PUT")).respond_with(error(status, code)).expect(attempts).mount(&s3).await;
        assert_eq!(complete_at(&s3, &fixture).await, expected, "{status} {code}");
    }
}

#[tokio::test]
async fn a_call_succeeds_when_s3_recovers_within_its_attempts() {
    let fixture = open().await;
    let s3 = MockServer::start().await;
    Mock::given(any()).respond_with(error(503, "SlowDown")).up_to_n_times(2).expect(2).mount(&s3).await;
    Mock::given(method("GET")).respond_with(upload()).expect(1).mount(&s3).await;
    let copied = ResponseTemplate::new(200).set_body_string("<CopyObjectResult><ETag>\"2\"</ETag></CopyObjectResult>");
    Mock::given(method("PUT")).respond_with(copied).expect(1).mount(&s3).await;
    Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(204)).expect(1).mount(&s3).await;
    assert_eq!(complete_at(&s3, &fixture).await, 200);
}

#[tokio::test]
async fn an_incomplete_response_of_s3_adds_no_image() {
    let fixture = open().await;
    let without_etag = ResponseTemplate::new(206).insert_header("content-range", "bytes 0-0/1").set_body_string(".");
    let without_range = ResponseTemplate::new(200).insert_header("etag", "\"1\"").set_body_string(".");
    for response in [without_etag, without_range] {
        let s3 = MockServer::start().await;
        Mock::given(any()).respond_with(response).mount(&s3).await;
        assert_eq!(complete_at(&s3, &fixture).await, 500);
    }
    let s3 = MockServer::start().await;
    Mock::given(method("GET")).respond_with(upload()).mount(&s3).await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(200)).mount(&s3).await;
    assert_eq!(complete_at(&s3, &fixture).await, 503);
}
