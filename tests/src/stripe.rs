//! A Stripe stand-in for one test, and the requests that tests send to it.

use serde_json::{Value, json};
use stripe_stand_in::{Running, Settings, StandIn};

/// A payment method that stays in the status `processing` at first, like a bank transfer.
pub const BANK_ACCOUNT: &str = "pm_usBankAccount_processing";

/// A running Stripe stand-in. It stops when it is dropped.
pub struct Stripe {
    running: Running,
    http: reqwest::Client,
}

impl Stripe {
    pub(crate) async fn start() -> Self {
        let running = StandIn::start(Settings::default()).await.expect("a Stripe stand-in");
        Self { running, http: reqwest::Client::new() }
    }

    /// Returns the base URL of its API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.running.base_url()
    }

    /// Configures a fault: calls that fail, also when they are repeated over a new connection.
    pub async fn order_fault(&self, fault: &Value) {
        let mut fault = fault.clone();
        fault.as_object_mut().expect("an object").insert("includes_repetition".to_owned(), true.into());
        self.send(self.http.post(format!("{}/_stand-in/faults", self.base_url())).json(&fault)).await;
    }

    /// Returns the number of configured faults that are not used up.
    pub async fn faults_left(&self) -> usize {
        let faults = self.send(self.http.get(format!("{}/_stand-in/faults", self.base_url()))).await;
        data(&faults).len()
    }

    /// Sends `request`, and runs `step` after Stripe has processed the call to `path` and before it responds.
    pub async fn before_response<T>(
        &self,
        (method, path): (&str, &str),
        request: impl Future<Output = T>,
        step: impl Future,
    ) -> T {
        self.order_fault(&json!({ "method": method, "path": path, "hold_response": true })).await;
        let held = format!("{}/_stand-in/held-responses", self.base_url());
        let step = async {
            while self.send(self.http.get(&held)).await.get("count") == Some(&json!(0)) {
                tokio::task::yield_now().await;
            }
            drop(step.await);
            self.send(self.http.delete(&held)).await;
        };
        tokio::join!(request, step).0
    }

    /// Confirms an intent as the buyer does, and returns it.
    pub async fn confirm(&self, intent: &str, payment_method: &str) -> Value {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.base_url());
        let form = [
            ("payment_method", payment_method),
            ("return_url", "https://shop.example/return"),
            // Debits require a mandate.
            ("mandate_data[customer_acceptance][type]", "offline"),
        ];
        self.send(self.http.post(url).form(&form)).await
    }

    /// Lists all payment intents.
    pub async fn intents(&self) -> Vec<Value> {
        let list = self.send(self.http.get(format!("{}/v1/payment_intents", self.base_url()))).await;
        data(&list)
    }

    /// Lists the refunds of an intent.
    pub async fn refunds(&self, intent: &str) -> Vec<Value> {
        let list = self.http.get(format!("{}/v1/refunds?payment_intent={intent}", self.base_url()));
        data(&self.send(list).await)
    }

    /// Creates a refund that the shop has not requested, as in Stripe's dashboard.
    pub async fn refund_by_hand(&self, intent: &str, cents: i64) -> Value {
        let url = format!("{}/v1/refunds", self.base_url());
        let form = [("payment_intent", intent.to_owned()), ("amount", cents.to_string())];
        self.send(self.http.post(url).form(&form)).await
    }

    /// Sends a command to the stand-in, such as the decision of a bank.
    pub async fn command(&self, path: &str, body: &Value) -> Value {
        self.send(self.http.post(format!("{}/_stand-in/{path}", self.base_url())).json(body)).await
    }

    /// Adds a restricted key with these permissions, or replaces its permissions.
    pub async fn set_restricted_key(&self, key: &str, permissions: &[&str]) {
        let url = format!("{}/_stand-in/restricted-keys", self.base_url());
        self.send(self.http.put(url).json(&json!({ "key": key, "permissions": permissions }))).await;
    }

    /// Creates an intent that the shop has not requested, with the id of an order in its metadata.
    pub async fn create_intent(&self, order: &str, cents: i64) -> Value {
        let url = format!("{}/v1/payment_intents", self.base_url());
        let form =
            [("amount", cents.to_string()), ("currency", "usd".to_owned()), ("metadata[order_id]", order.to_owned())];
        self.send(self.http.post(url).form(&form)).await
    }

    /// Creates an intent with an idempotency key of the shop, but with other parameters.
    pub async fn create_intent_with_key(&self, key: &str, cents: i64) -> Value {
        let request = self.http.post(format!("{}/v1/payment_intents", self.base_url())).header("idempotency-key", key);
        self.send(request.form(&[("amount", cents.to_string()), ("currency", "usd".to_owned())])).await
    }

    /// Cancels an intent, as in Stripe's dashboard.
    pub async fn cancel(&self, intent: &str) -> Value {
        self.send(self.http.post(format!("{}/v1/payment_intents/{intent}/cancel", self.base_url()))).await
    }

    /// Returns the latest event of a type, in the form in which it is delivered.
    pub async fn event(&self, kind: &str) -> Value {
        let list = self.send(self.http.get(format!("{}/v1/events?type={kind}", self.base_url()))).await;
        data(&list).remove(0)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Value {
        let response = request.bearer_auth("sk_test_local").send().await.expect("a response");
        response.json().await.expect("a JSON body")
    }
}

/// Returns the objects of a list response.
fn data(list: &Value) -> Vec<Value> {
    list.get("data").and_then(Value::as_array).expect("a list").clone()
}
