//! The Stripe stand-in, in four roles: the buyer's browser, which pays; the bank, which settles and disputes; the
//! control API, which injects faults; and the API with the shop's key, which the checker reads.

use crate::client::outcome;
use crate::history::Outcome;
use crate::wait::until;
use serde_json::{Value, json};
use std::time::Duration;
use stripe_stand_in::{Running, Settings, StandIn, WebhookEndpoint, WebhookPayload};

// Keys of the stand-in, which are no secrets.
pub(crate) const SECRET_KEY: &str = "sk_test_local";
pub(crate) const SHOP_KEY: &str = "rk_test_chaos_local";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_local";
pub(crate) const WEBHOOK_SECRET: &str = "whsec_local";

/// The permissions of the shop's key. It can do without the last one.
const PERMISSIONS: [&str; 3] = ["rak_payment_intent_write", "rak_charge_write", "rak_dispute_read"];

/// The waits between attempts to deliver an event. In total they exceed the duration of an election.
const RETRY_WAITS_MS: [u64; 9] = [50, 100, 200, 400, 800, 1_500, 2_000, 3_000, 3_000];

/// A running stand-in. Dropping it ends the stand-in.
pub struct Stripe {
    running: Running,
    client: StripeClient,
}

/// A client of the stand-in. Clones use the same one.
#[derive(Debug, Clone)]
pub struct StripeClient {
    http: reqwest::Client,
    base: String,
}

impl Stripe {
    pub(crate) async fn start() -> Self {
        let waits = RETRY_WAITS_MS.map(Duration::from_millis).to_vec();
        let settings = Settings { webhook_retry_waits: waits, ..Settings::default() };
        let running = StandIn::start(settings).await.expect("a stand-in for Stripe");
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(150)).build();
        let client = StripeClient { http: http.expect("a client"), base: running.base_url().to_owned() };
        client.permit_disputes(true).await;
        Self { running, client }
    }

    /// Returns the base URL.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.running.base_url()
    }

    pub(crate) fn send_events_to(&self, gateway: &str) {
        let url = format!("{gateway}/api/v1/webhooks/stripe").parse().expect("a loopback URL");
        self.running.set_webhook(WebhookEndpoint {
            url,
            secret: WEBHOOK_SECRET.to_owned(),
            payload: WebhookPayload::Snapshot,
        });
    }

    /// Returns a client of it.
    #[must_use]
    pub fn client(&self) -> StripeClient {
        self.client.clone()
    }
}

impl std::ops::Deref for Stripe {
    type Target = StripeClient;

    fn deref(&self) -> &StripeClient {
        &self.client
    }
}

impl StripeClient {
    /// Pays as the buyer's browser.
    pub async fn pay(&self, intent: &str, client_secret: &str, method: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.base);
        let form = [("payment_method", method), ("client_secret", client_secret), ("use_stripe_sdk", "true")];
        outcome(self.http.post(url).form(&form).bearer_auth(PUBLISHABLE_KEY).send().await).await
    }

    /// Decides on a payment in `processing` as the bank: `succeeded` or `failed`.
    pub async fn settle_as_bank(&self, intent: &str, outcome: &str) {
        self.control(&format!("payment_intents/{intent}/settle"), &json!({ "outcome": outcome })).await;
    }

    /// Changes `amount` or `currency` of an intent with the shop's key, bypassing the shop.
    pub async fn change_intent(&self, intent: &str, field: &str, value: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}", self.base);
        outcome(self.http.post(url).form(&[(field, value)]).bearer_auth(SECRET_KEY).send().await).await
    }

    /// Cancels an intent with the shop's key, bypassing the shop.
    pub async fn cancel_intent(&self, intent: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}/cancel", self.base);
        outcome(self.http.post(url).bearer_auth(SECRET_KEY).send().await).await
    }

    /// Disputes a payment as the buyer's bank. Returns the dispute.
    pub async fn dispute(&self, intent: &str) -> Outcome {
        let url = format!("{}/_stand-in/disputes", self.base);
        outcome(self.http.post(url).json(&json!({ "payment_intent": intent })).send().await).await
    }

    /// Closes a dispute as the bank: `won` or `lost`, as seen by the shop.
    pub async fn close_dispute(&self, dispute: &str, decision: &str) -> Outcome {
        let url = format!("{}/_stand-in/disputes/{dispute}/close", self.base);
        outcome(self.http.post(url).json(&json!({ "outcome": decision })).send().await).await
    }

    /// Injects a fault of requests, as described in the stand-in's README. It includes their repetitions over new
    /// connections, which would otherwise conceal most lost responses.
    pub async fn inject_fault(&self, fault: &Value) {
        let mut fault = fault.clone();
        fault.as_object_mut().expect("an object").insert("includes_repetition".to_owned(), true.into());
        self.control("faults", &fault).await;
    }

    /// Grants the permission to list disputes to the shop's key, or revokes it.
    pub async fn permit_disputes(&self, is_permitted: bool) {
        let permissions = if is_permitted { PERMISSIONS.as_slice() } else { &PERMISSIONS[..2] };
        let request = self.http.put(format!("{}/_stand-in/restricted-keys", self.base));
        let response = request.json(&json!({ "key": SHOP_KEY, "permissions": permissions })).send().await;
        assert!(response.expect("a response").status().is_success(), "the stand-in rejects the permissions");
    }

    /// Holds all events from now on.
    pub async fn hold_events(&self) {
        self.control("webhooks/hold", &json!({})).await;
    }

    /// Releases the held events in the order `given`, `reversed` or `shuffled`.
    pub async fn release_events(&self, order: &str) {
        self.control("webhooks/release", &json!({ "order": order })).await;
    }

    /// Sends each later event in that many copies at the same time, after that delay.
    pub async fn set_event_delivery(&self, copies: u32, delay_ms: u64) {
        self.control("webhooks/behaviour", &json!({ "copies": copies, "delay_ms": delay_ms })).await;
    }

    /// Ends all faults and releases held events.
    pub async fn heal(&self) {
        let url = format!("{}/_stand-in/faults", self.base);
        self.http.delete(url).send().await.expect("a response");
        self.permit_disputes(true).await;
        self.set_event_delivery(1, 0).await;
        self.release_events("given").await;
    }

    /// Advances the stand-in's clock, so that banks do what they do within that time.
    pub async fn advance_clock(&self, seconds: i64) {
        self.control("clock/advance", &json!({ "seconds": seconds })).await;
    }

    /// Sends every event again.
    pub async fn resend_all(&self) {
        for event in self.list("events").await {
            let id = event["id"].as_str().unwrap_or_default();
            self.control(&format!("events/{id}/resend"), &json!({})).await;
        }
    }

    /// Waits until no delivery of an event is pending.
    pub async fn wait_for_deliveries(&self) {
        let settled = self.control("settle?timeout_ms=120000", &json!({})).await;
        assert_eq!(settled["settled"], true, "deliveries are still pending: {settled}");
    }

    /// Returns all objects of a kind, such as `payment_intents`, the latest first.
    pub async fn list(&self, kind: &str) -> Vec<Value> {
        let mut objects: Vec<Value> = Vec::new();
        loop {
            let after = objects.last().and_then(|last| last["id"].as_str());
            let after = after.map(|id| format!("&starting_after={id}")).unwrap_or_default();
            let request = self.http.get(format!("{}/v1/{kind}?limit=100{after}", self.base)).bearer_auth(SECRET_KEY);
            let page: Value = request.send().await.expect("a response").json().await.expect("JSON");
            objects.extend(page["data"].as_array().unwrap_or_else(|| panic!("a list, not {page}")).iter().cloned());
            if page["has_more"] != true {
                return objects;
            }
        }
    }

    /// Waits for that many payment intents and returns all, the latest first.
    pub async fn wait_for_intents(&self, count: usize) -> Vec<Value> {
        until("creating payment intents", async || {
            Some(self.list("payment_intents").await).filter(|it| it.len() >= count)
        })
        .await
    }

    /// Returns every delivery with its attempts.
    pub async fn deliveries(&self) -> Vec<Value> {
        let request = self.http.get(format!("{}/_stand-in/deliveries?at_least=0", self.base));
        let deliveries: Value = request.send().await.expect("a response").json().await.expect("JSON");
        deliveries["data"].as_array().expect("a list").clone()
    }

    async fn control(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}/_stand-in/{path}", self.base)).json(body);
        request.send().await.expect("a response").json().await.unwrap_or_default()
    }
}
