//! A SES that accepts every mail and keeps it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A running SES. Dropping it ends it.
pub(crate) struct Ses(MockServer);

impl Ses {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let accepted = ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" }));
        let send = Mock::given(method("POST")).and(path("/v2/email/outbound-emails"));
        send.respond_with(accepted).mount(&server).await;
        Self(server)
    }

    pub(crate) fn url(&self) -> String {
        self.0.uri()
    }

    /// Returns the number of mails of each notification.
    pub(crate) async fn mails(&self) -> BTreeMap<String, i64> {
        let mut mails = BTreeMap::new();
        for request in self.0.received_requests().await.unwrap_or_default() {
            let mail: Value = request.body_json().expect("JSON");
            let notification = mail["EmailTags"][0]["Value"].as_str().expect("a tag").to_owned();
            *mails.entry(notification).or_default() += 1;
        }
        mails
    }
}
