//! A Stripe stand-in beside the shop, and what a test asks of it.

use serde_json::Value;
use stripe_stand_in::{Running, Settings, StandIn};

/// A payment method whose bank takes its time.
pub const BANK_ACCOUNT: &str = "pm_usBankAccount_processing";

/// A Stripe stand-in, which goes when the test ends.
pub struct Stripe {
    running: Running,
    http: reqwest::Client,
}

impl Stripe {
    pub(crate) async fn start() -> Self {
        let running = StandIn::start(Settings::default()).await.expect("a stand-in for Stripe");
        Self { running, http: reqwest::Client::new() }
    }

    pub(crate) fn base_url(&self) -> &str {
        self.running.base_url()
    }

    /// Makes calls go wrong.
    pub async fn order_fault(&self, fault: &Value) {
        self.send(self.http.post(format!("{}/_stand-in/faults", self.base_url())).json(fault)).await;
    }

    /// How many kinds of calls are still to go wrong.
    pub async fn faults_left(&self) -> usize {
        let faults = self.send(self.http.get(format!("{}/_stand-in/faults", self.base_url()))).await;
        data(&faults).len()
    }

    /// Pays an intent as a browser would; answers the intent.
    pub async fn confirm(&self, intent: &str, payment_method: &str) -> Value {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.base_url());
        self.send(self.http.post(url).form(&[("payment_method", payment_method)])).await
    }

    /// The payment intents that there are.
    pub async fn intents(&self) -> Vec<Value> {
        let list = self.send(self.http.get(format!("{}/v1/payment_intents", self.base_url()))).await;
        data(&list)
    }

    /// The refunds of an intent.
    pub async fn refunds(&self, intent: &str) -> Vec<Value> {
        let list = self.http.get(format!("{}/v1/refunds?payment_intent={intent}", self.base_url()));
        data(&self.send(list).await)
    }

    /// Sends money back past the shop, as somebody does at Stripe's dashboard.
    pub async fn refund_by_hand(&self, intent: &str, cents: i64) -> Value {
        let url = format!("{}/v1/refunds", self.base_url());
        let form = [("payment_intent", intent.to_owned()), ("amount", cents.to_string())];
        self.send(self.http.post(url).form(&form)).await
    }

    /// Tells the stand-in to do what a bank would.
    pub async fn command(&self, path: &str, body: &Value) -> Value {
        self.send(self.http.post(format!("{}/_stand-in/{path}", self.base_url())).json(body)).await
    }

    /// The latest event of that kind, as it would be sent.
    pub async fn event(&self, kind: &str) -> Value {
        let list = self.send(self.http.get(format!("{}/v1/events?type={kind}", self.base_url()))).await;
        data(&list).remove(0)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Value {
        let answer = request.bearer_auth("sk_test_local").send().await.expect("an answer");
        answer.json().await.expect("an answer in JSON")
    }
}

/// The objects of one of Stripe's lists.
fn data(list: &Value) -> Vec<Value> {
    list.get("data").and_then(Value::as_array).expect("a list").clone()
}
