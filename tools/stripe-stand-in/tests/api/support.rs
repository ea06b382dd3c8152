//! A stand-in with an HTTP client, and a receiver for its webhooks.

use crate::description::assert_described;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stripe_stand_in::{Running, Settings, StandIn, WebhookEndpoint, WebhookPayload};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A stand-in with an HTTP client.
pub(crate) struct Stripe {
    pub(crate) running: Running,
    http: reqwest::Client,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Reply {
    /// Returns the status, type and code of an error.
    pub(crate) fn error(&self) -> (u16, &str, Option<&str>) {
        let error = &self.body["error"];
        (self.status, error["type"].as_str().unwrap(), error["code"].as_str())
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn ids(&self) -> Vec<&str> {
        let rows = self.body["data"].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Stripe {
    pub(crate) async fn start() -> Self {
        let webhook_retry_waits = vec![Duration::from_millis(1); 2];
        Self::start_with(Settings { webhook_retry_waits, ..Settings::default() }).await
    }

    pub(crate) async fn start_with(settings: Settings) -> Self {
        let running = StandIn::start(settings).await.unwrap();
        Self { running, http: reqwest::Client::new() }
    }

    /// Starts a stand-in and a receiver that responds to its webhooks with these statuses, then always with 200.
    pub(crate) async fn start_with_receiver(statuses: &[u16]) -> (Self, WebhookReceiver) {
        let (stripe, receiver) = (Self::start().await, WebhookReceiver::start(statuses).await);
        stripe.running.set_webhook(receiver.endpoint());
        (stripe, receiver)
    }

    /// Builds a request without an API key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.base_url()))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path).bearer_auth("sk_test_local")).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        send(self.post_request(path, form)).await
    }

    /// Builds a POST with the secret key.
    pub(crate) fn post_request(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, path).bearer_auth("sk_test_local").form(form)
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let reply = send(self.request(Method::POST, path).json(&body)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body
    }

    /// Creates a payment intent of 20.00 USD with an order id.
    pub(crate) async fn intent(&self) -> String {
        let form = [("amount", "2000"), ("currency", "usd"), ("metadata[order_id]", "42")];
        let reply = self.post("/v1/payment_intents", &form).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.id()
    }

    pub(crate) async fn confirm(&self, intent: &str, payment_method: &str) -> Reply {
        let path = format!("/v1/payment_intents/{intent}/confirm");
        self.post(&path, &confirmation(payment_method)).await
    }

    /// Sends a request with another key than the secret key of test mode.
    pub(crate) async fn with_key(&self, key: &str, method: Method, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.request(method.clone(), path).bearer_auth(key);
        send(if method == Method::POST { request.form(form) } else { request }).await
    }

    pub(crate) async fn paid_intent(&self) -> String {
        let intent = self.intent().await;
        assert_eq!(self.confirm(&intent, "pm_card_visa").await.status, 200);
        intent
    }

    /// Waits until every fault has been applied.
    pub(crate) async fn wait_until_faults_applied(&self) {
        let remaining = || send(self.request(Method::GET, "/_stand-in/faults"));
        while remaining().await.body["data"] != Value::Array(Vec::new()) {}
    }

    /// Waits until no delivery is pending.
    pub(crate) async fn wait_until_settled(&self) -> Value {
        let settled = self.control("/_stand-in/settle?timeout_ms=20000", Value::Null).await;
        assert_eq!(settled["settled"], true, "{settled}");
        settled
    }
}

/// Returns what a backend states when it confirms a payment: where the buyer returns to, and that a mandate was accepted.
pub(crate) fn confirmation(payment_method: &str) -> [(&str, &str); 3] {
    [
        ("payment_method", payment_method),
        ("return_url", "https://shop.example/return"),
        ("mandate_data[customer_acceptance][type]", "offline"),
    ]
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap();
    assert_described(&body);
    Reply { status, headers, text, body }
}

/// A server that receives webhooks.
pub(crate) struct WebhookReceiver {
    pub(crate) port: u16,
    received: mpsc::UnboundedReceiver<Received>,
    _server: JoinSet<()>,
}

/// A received webhook.
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) event: Value,
}

#[derive(Clone)]
struct ReceiverState {
    statuses: Arc<[u16]>,
    count: Arc<AtomicUsize>,
    sender: mpsc::UnboundedSender<Received>,
}

impl WebhookReceiver {
    pub(crate) const SECRET: &str = "whsec_local";

    async fn start(statuses: &[u16]) -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let state = ReceiverState { statuses: statuses.into(), count: Arc::default(), sender };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = Router::new().fallback(receive).with_state(state);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { port, received, _server: server }
    }

    pub(crate) fn endpoint(&self) -> WebhookEndpoint {
        let url = format!("http://127.0.0.1:{}/webhooks/stripe", self.port).parse().unwrap();
        WebhookEndpoint { url, secret: Self::SECRET.to_owned(), payload: WebhookPayload::Snapshot }
    }

    pub(crate) async fn next(&mut self) -> Received {
        let next = self.received.recv();
        let next = tokio::time::timeout(Duration::from_secs(20), next).await.unwrap().unwrap();
        assert_described(&next.event);
        next
    }

    /// Removes the oldest received event, if there is one.
    pub(crate) fn try_next(&mut self) -> Option<Received> {
        self.received.try_recv().ok().inspect(|received| assert_described(&received.event))
    }

    /// Removes the received events and returns their types.
    pub(crate) fn types(&mut self) -> Vec<String> {
        self.drain("/type")
    }

    pub(crate) fn event_ids(&mut self) -> Vec<String> {
        self.drain("/id")
    }

    fn drain(&mut self, field: &str) -> Vec<String> {
        let all = std::iter::from_fn(|| self.try_next());
        all.map(|it| it.event.pointer(field).unwrap().as_str().unwrap().to_owned()).collect()
    }
}

async fn receive(State(state): State<ReceiverState>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let event = serde_json::from_slice(&raw).unwrap();
    state.sender.send(Received { headers, raw, event }).ok();
    let index = state.count.fetch_add(1, Ordering::SeqCst);
    let status = state.statuses.get(index).copied().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}
