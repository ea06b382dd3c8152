//! The stand-in for Stripe, as a harness uses it: as a buyer's browser, as a bank, and as whoever
//! makes it misbehave.

use crate::client::outcome;
use crate::history::Outcome;
use crate::wait::until;
use serde_json::{Value, json};
use std::time::Duration;
use stripe_stand_in::{Running, Settings, StandIn, WebhookEndpoint};

/// The keys and the secret are plainly local.
pub(crate) const SECRET_KEY: &str = "sk_test_local";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_local";
pub(crate) const WEBHOOK_SECRET: &str = "whsec_local";

/// The waits between tries to deliver an event: so many that a primary is elected meanwhile.
const RETRY_WAITS_MS: [u64; 9] = [50, 100, 200, 400, 800, 1_500, 2_000, 3_000, 3_000];

/// A stand-in that ends with this value.
pub struct Stripe {
    running: Running,
    till: Till,
}

/// What a stand-in can be asked. Clones ask the same one.
#[derive(Debug, Clone)]
pub struct Till {
    http: reqwest::Client,
    base: String,
}

impl Stripe {
    pub(crate) async fn start() -> Self {
        let waits = RETRY_WAITS_MS.map(Duration::from_millis).to_vec();
        let settings = Settings { webhook_retry_waits: waits, ..Settings::default() };
        let running = StandIn::start(settings).await.expect("a stand-in for Stripe");
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(150)).build();
        let till = Till { http: http.expect("a client"), base: running.base_url().to_owned() };
        Self { running, till }
    }

    /// Where it is.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.running.base_url()
    }

    pub(crate) fn send_events_to(&self, front: &str) {
        let url = format!("{front}/api/v1/webhooks/stripe").parse().expect("a loopback URL");
        self.running.set_webhook(WebhookEndpoint { url, secret: WEBHOOK_SECRET.to_owned() });
    }

    /// What it can be asked, to be handed on.
    #[must_use]
    pub fn till(&self) -> Till {
        self.till.clone()
    }
}

impl std::ops::Deref for Stripe {
    type Target = Till;

    fn deref(&self) -> &Till {
        &self.till
    }
}

impl Till {
    /// Pays as a buyer's browser does.
    pub async fn pay(&self, intent: &str, client_secret: &str, method: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.base);
        let form = [("payment_method", method), ("client_secret", client_secret)];
        outcome(self.http.post(url).form(&form).bearer_auth(PUBLISHABLE_KEY).send().await).await
    }

    /// The bank answers on an intent of which it has kept everybody waiting.
    pub async fn answer_as_bank(&self, intent: &str, outcome: &str) {
        self.order(&format!("payment_intents/{intent}/settle"), &json!({ "outcome": outcome })).await;
    }

    /// Asks for another `amount` or `currency` than the shop does, as whoever has its key can.
    pub async fn change_intent(&self, intent: &str, what: &str, value: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}", self.base);
        outcome(self.http.post(url).form(&[(what, value)]).bearer_auth(SECRET_KEY).send().await).await
    }

    /// Ends an intent past the shop.
    pub async fn cancel_intent(&self, intent: &str) -> Outcome {
        let url = format!("{}/v1/payment_intents/{intent}/cancel", self.base);
        outcome(self.http.post(url).bearer_auth(SECRET_KEY).send().await).await
    }

    /// The buyer's bank wants the money of a payment back; the answer is the dispute.
    pub async fn dispute(&self, intent: &str) -> Outcome {
        let url = format!("{}/_stand-in/disputes", self.base);
        outcome(self.http.post(url).json(&json!({ "payment_intent": intent })).send().await).await
    }

    /// The bank has decided a dispute: `won` or `lost`, as the shop sees it.
    pub async fn decide(&self, dispute: &str, decision: &str) -> Outcome {
        let url = format!("{}/_stand-in/disputes/{dispute}/close", self.base);
        outcome(self.http.post(url).json(&json!({ "outcome": decision })).send().await).await
    }

    /// Makes calls go wrong.
    pub async fn order_fault(&self, fault: &Value) {
        self.order("faults", fault).await;
    }

    /// Keeps events back.
    pub async fn hold_events(&self) {
        self.order("webhooks/hold", &json!({})).await;
    }

    /// Lets events go that were kept back: `given`, `reversed` or `shuffled`.
    pub async fn release_events(&self, order: &str) {
        self.order("webhooks/release", &json!({ "order": order })).await;
    }

    /// Sends each later event so many times at once, and so late.
    pub async fn send_events(&self, copies: u32, delay_ms: u64) {
        self.order("webhooks/behaviour", &json!({ "copies": copies, "delay_ms": delay_ms })).await;
    }

    /// Takes all faults back.
    pub async fn heal(&self) {
        let url = format!("{}/_stand-in/faults", self.base);
        self.http.delete(url).send().await.expect("an answer");
        self.send_events(1, 0).await;
        self.release_events("given").await;
    }

    /// Sends every event once more.
    pub async fn resend_all(&self) {
        for event in self.list("events").await {
            let id = event["id"].as_str().unwrap_or_default();
            self.order(&format!("events/{id}/resend"), &json!({})).await;
        }
    }

    /// Waits until no event is on its way any more.
    pub async fn settle(&self) {
        let settled = self.order("settle?timeout_ms=120000", &json!({})).await;
        assert_eq!(settled["settled"], true, "events are still on their way: {settled}");
    }

    /// All objects of a kind, such as `payment_intents`.
    pub async fn list(&self, kind: &str) -> Vec<Value> {
        let mut objects: Vec<Value> = Vec::new();
        loop {
            let after = objects.last().and_then(|last| last["id"].as_str());
            let after = after.map(|id| format!("&starting_after={id}")).unwrap_or_default();
            let request = self.http.get(format!("{}/v1/{kind}?limit=100{after}", self.base)).bearer_auth(SECRET_KEY);
            let page: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            objects.extend(page["data"].as_array().unwrap_or_else(|| panic!("a list, not {page}")).iter().cloned());
            if page["has_more"] != true {
                return objects;
            }
        }
    }

    /// The payment intents, the latest first, as soon as there are so many.
    pub async fn wait_for_intents(&self, count: usize) -> Vec<Value> {
        until("making intents", async || Some(self.list("payment_intents").await).filter(|it| it.len() >= count)).await
    }

    /// Every delivery, with its tries.
    pub async fn deliveries(&self) -> Vec<Value> {
        let request = self.http.get(format!("{}/_stand-in/deliveries?at_least=0", self.base));
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        answer["data"].as_array().expect("a list").clone()
    }

    async fn order(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}/_stand-in/{path}", self.base)).json(body);
        request.send().await.expect("an answer").json().await.unwrap_or_default()
    }
}
