//! A SES that keeps every mail that it accepts. It can reject some, and lose the responses to others.

#![expect(clippy::disallowed_types, reason = "the server responds on other threads")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A running SES. Dropping it ends it.
pub(crate) struct Ses {
    server: MockServer,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_faulty: AtomicBool,
    requests: AtomicU64,
    /// The number of accepted mails of each notification.
    accepted: Mutex<BTreeMap<String, i64>>,
}

struct Responder(Arc<State>);

impl Ses {
    pub(crate) async fn start() -> Self {
        let (server, state) = (MockServer::start().await, Arc::new(State::default()));
        let send = Mock::given(method("POST")).and(path("/v2/email/outbound-emails"));
        send.respond_with(Responder(Arc::clone(&state))).mount(&server).await;
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    /// From now on some mails are rejected for now, and the responses to others are lost; or none.
    pub(crate) fn set_faulty(&self, is_faulty: bool) {
        self.state.is_faulty.store(is_faulty, Ordering::Relaxed);
    }

    /// Returns the number of accepted mails of each notification.
    pub(crate) fn mails(&self) -> BTreeMap<String, i64> {
        self.state.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let Self(state) = self;
        let rejected = |status: u16, name: &str| {
            ResponseTemplate::new(status)
                .insert_header("x-amzn-errortype", name)
                .set_body_json(json!({ "message": name }))
        };
        let number = state.requests.fetch_add(1, Ordering::Relaxed);
        let fault = Some(number % 8).filter(|_| state.is_faulty.load(Ordering::Relaxed));
        match fault {
            Some(2) => return rejected(429, "TooManyRequestsException"),
            Some(5) => return rejected(500, "InternalFailure"),
            _ => {}
        }
        let mail: Value = request.body_json().expect("JSON");
        let notification = mail["EmailTags"][0]["Value"].as_str().expect("a tag").to_owned();
        *state.accepted.lock().unwrap_or_else(PoisonError::into_inner).entry(notification).or_default() += 1;
        match fault {
            // The mail is accepted, and a server in between has lost the response.
            Some(7) => ResponseTemplate::new(504),
            _ => ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" })),
        }
    }
}
