//! The client of Stripe's API: pooled connections, a deadline per request, and an idempotency key for every request
//! that must not take effect twice.

use super::connection::{pooled_client, send_repeatable};
use super::dispute::StripeDispute;
use super::error::StripeError;
use super::intent::{Intent, IntentStatus};
use super::object::StripeObject;
use super::rate_limit::RateLimits;
use super::recipient::recipient;
use super::refund::RefundObject;
use crate::config::StripeConfig;
use crate::domain::address::Address;
use crate::domain::id::OrderId;
use crate::domain::money::{Currency, Money};
use crate::domain::refund::{Refund, StripeRefund};
use crate::domain::time::Timestamp;
use crate::telemetry::{self, BusinessEvent};
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The version of Stripe's API that this client implements.
const API_VERSION: &str = "2025-09-30.clover";

/// The client of Stripe's API.
#[derive(Debug)]
pub struct Stripe {
    http: Client,
    base: String,
    key: SecretString,
    limits: RateLimits,
}

impl Stripe {
    /// Creates the client. It connects with the first request.
    pub fn new(config: &StripeConfig) -> Result<Self, StripeError> {
        let (base, key) = (config.api_base.trim_end_matches('/').to_owned(), config.secret_key.clone());
        Ok(Self { http: pooled_client()?, base, key, limits: RateLimits::default() })
    }

    /// Returns how often Stripe has received too many requests from this process.
    #[must_use]
    pub fn rate_limits(&self) -> u64 {
        self.limits.count()
    }

    /// Returns whether Stripe has asked to wait until after this time.
    #[must_use]
    pub fn asks_to_wait(&self, now: Timestamp) -> bool {
        self.limits.ask_to_wait(now)
    }

    /// Returns whether an object has the mode of our key: live or test.
    #[must_use]
    pub fn is_our_mode(&self, livemode: bool) -> bool {
        let key = self.key.expose_secret();
        livemode == (key.starts_with("sk_live_") || key.starts_with("rk_live_"))
    }

    /// Creates the payment intent of an order. Repeated with the same `idempotency_attempt`, it returns the same
    /// intent.
    pub async fn create_intent(
        &self,
        order: OrderId,
        idempotency_attempt: i64,
        order_number: &str,
        amount: Money,
        currency: Currency,
        address: &Address,
    ) -> Result<Intent, StripeError> {
        let order = order.to_string();
        let mut form = vec![
            ("amount", amount.minor().to_string()),
            ("currency", currency.code().to_ascii_lowercase()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            ("metadata[order_id]", order.clone()),
            ("metadata[order_number]", order_number.to_owned()),
        ];
        form.extend(recipient(address));
        let key = idempotency_key(&order, idempotency_attempt);
        self.send(self.post("/v1/payment_intents", &key).form(&form)).await
    }

    /// Retrieves a payment intent.
    pub async fn retrieve_intent(&self, id: &str) -> Result<Intent, StripeError> {
        self.send(self.http.get(format!("{}/v1/payment_intents/{id}", self.base))).await
    }

    /// Cancels a payment intent. The request has no idempotency key: repeating it is harmless, whereas Stripe would
    /// repeat its first response to a key for a day, even a server error.
    ///
    /// # Errors
    /// [`StripeError::Rejected`] when the intent is paid or cancelled already.
    pub async fn cancel_intent(&self, id: &str) -> Result<Intent, StripeError> {
        let request = self.http.post(format!("{}/v1/payment_intents/{id}/cancel", self.base));
        self.send(request.form(&[("cancellation_reason", "abandoned")])).await
    }

    /// Returns the payment intent of an order, unless it is cancelled or there is none. `since` is when the order was placed.
    ///
    /// The intents since then are listed, because Stripe's search finds a new one only after up to a minute
    /// (<https://docs.stripe.com/search#data-freshness>).
    pub async fn find_intent(&self, order: OrderId, since: Timestamp) -> Result<Option<Intent>, StripeError> {
        let (order, intents) = (order.to_string(), self.intents_since(since).await?);
        let is_open = |intent: &Intent| intent.status != IntentStatus::Canceled;
        Ok(intents.into_iter().find(|intent| intent.metadata.get("order_id") == Some(&order) && is_open(intent)))
    }

    /// Refunds a paid intent. Repeated with the same `idempotency_attempt`, it returns the same refund.
    ///
    /// # Errors
    /// [`StripeError::Rejected`] when the amount exceeds what is left to refund.
    pub async fn refund(&self, intent: &str, order: OrderId, refund: &Refund) -> Result<StripeRefund, StripeError> {
        let mut form = vec![
            ("payment_intent", intent.to_owned()),
            ("amount", refund.amount.minor().to_string()),
            ("metadata[order_id]", order.to_string()),
            ("metadata[refund_id]", refund.id.to_string()),
        ];
        if let Some(reason) = &refund.reason {
            form.push(("metadata[reason]", reason.as_str().to_owned()));
        }
        let key = idempotency_key(&refund.id.to_string(), refund.idempotency_attempt);
        let created: RefundObject = self.send(self.post("/v1/refunds", &key).form(&form)).await?;
        Ok(created.into())
    }

    /// Lists all refunds of an intent, including those that were created in Stripe's dashboard.
    pub async fn refunds(&self, intent: &str) -> Result<Vec<StripeRefund>, StripeError> {
        let refunds: Vec<RefundObject> = self.list("/v1/refunds", ("payment_intent", intent)).await?;
        Ok(refunds.into_iter().map(StripeRefund::from).collect())
    }

    /// Lists all disputes of an intent. It can have several, because a bank may dispute a payment again.
    pub async fn disputes(&self, intent: &str) -> Result<Vec<StripeDispute>, StripeError> {
        self.list("/v1/disputes", ("payment_intent", intent)).await
    }

    /// Retrieves a payment intent together with its latest charge.
    pub async fn retrieve_intent_with_charge(&self, id: &str) -> Result<Intent, StripeError> {
        let url = self.url(&format!("/v1/payment_intents/{id}"), &[("expand[]", "latest_charge")]);
        self.send(self.http.get(url)).await
    }

    /// Lists all objects that match a filter, page by page.
    pub(super) async fn list<T: DeserializeOwned + StripeObject>(
        &self,
        path: &str,
        filter: (&str, &str),
    ) -> Result<Vec<T>, StripeError> {
        let mut objects: Vec<T> = Vec::new();
        loop {
            let mut query = vec![filter, ("limit", "100")];
            if let Some(last) = objects.last() {
                query.push(("starting_after", last.id()));
            }
            let url = self.url(path, &query);
            let page: Page<T> = self.send(self.http.get(url)).await?;
            let has_more = page.has_more && !page.data.is_empty();
            objects.extend(page.data);
            if !has_more {
                return Ok(objects);
            }
        }
    }

    /// Sends a request whose response is not needed.
    pub(super) async fn probe(&self, method: reqwest::Method, path: &str) -> Result<(), StripeError> {
        let request = self.http.request(method, format!("{}{path}", self.base));
        self.send::<serde::de::IgnoredAny>(request).await.map(drop)
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}{path}?{query}", self.base)
    }

    fn post(&self, path: &str, idempotency_key: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base)).header("Idempotency-Key", idempotency_key)
    }

    /// Sends a request that may be repeated: a GET, a POST with an idempotency key, a cancellation, or a probe, which
    /// has no effect.
    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, StripeError> {
        let request = request.bearer_auth(self.key.expose_secret()).header("Stripe-Version", API_VERSION);
        // Stripe ignores this header, but a proxy on the way may record it.
        let request =
            telemetry::trace_id().into_iter().fold(request, |request, id| request.header("X-Amzn-Trace-Id", id));
        let response = telemetry::time_stripe(send_repeatable(&self.http, request.build()?)).await?;
        let status = response.status();
        // <https://docs.stripe.com/error-low-level#idempotency>
        let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        if !status.is_success() {
            // Stripe's support and its request log identify the request by this id.
            let id = response.headers().get("request-id").and_then(|id| id.to_str().ok());
            tracing::info!(status = status.as_u16(), stripe_request_id = id, "Stripe returned an error");
        }
        // <https://docs.stripe.com/rate-limits>. The header may also be a date, which proxies send, not Stripe.
        let retry_after = response.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
        let body = response.bytes().await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(StripeError::InvalidResponse);
        }
        let error = StripeError::from_response(status.as_u16(), replayed, retry_after.map(Duration::from_secs), &body);
        self.observe(&error);
        Err(error)
    }

    /// Counts what concerns more than one request: a rejected key, and too many requests.
    fn observe(&self, error: &StripeError) {
        if error.is_key_rejected() {
            tracing::error!(%error, "Stripe rejected the API key: it is invalid or lacks a permission");
            telemetry::record(BusinessEvent::StripeKeyRejected);
        }
        if let StripeError::RateLimited { retry_after } = error {
            self.limits.report(Timestamp::from_millis(bson::DateTime::now().timestamp_millis()), *retry_after);
        }
    }
}

/// A page of one of Stripe's lists.
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

/// Returns an idempotency key: the id of the order or refund, and the number of keys that it has used before.
fn idempotency_key(id: &str, idempotency_attempt: i64) -> String {
    if idempotency_attempt == 0 { id.to_owned() } else { format!("{id}-{idempotency_attempt}") }
}

#[cfg(test)]
mod tests {
    use super::Stripe;
    use crate::config::StripeConfig;
    use crate::domain::time::Timestamp;
    use crate::telemetry::measure;
    use wiremock::matchers::{any, header};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn client(api_base: String, key: &str) -> Stripe {
        let (publishable_key, webhook_secrets) = (String::new(), Vec::new());
        Stripe::new(&StripeConfig { api_base, secret_key: key.into(), publishable_key, webhook_secrets }).unwrap()
    }

    #[test]
    fn the_key_decides_which_mode_is_ours() {
        for (key, is_live) in [
            ("sk_test_1", false),
            ("rk_test_1", false),
            ("sk_live_1", true),
            ("rk_live_1", true),
            ("sk_1_live_", false),
        ] {
            let stripe = client(String::new(), key);
            assert_eq!((stripe.is_our_mode(true), stripe.is_our_mode(false)), (is_live, !is_live), "{key}");
        }
    }

    #[tokio::test]
    async fn a_wait_that_stripe_asks_for_is_remembered() {
        let server = MockServer::start().await;
        let limited = ResponseTemplate::new(429).insert_header("retry-after", "60");
        Mock::given(any()).respond_with(limited).mount(&server).await;
        let (stripe, now) = (client(server.uri(), "sk_test_local"), bson::DateTime::now().timestamp_millis());
        assert!(stripe.retrieve_intent("pi_1").await.unwrap_err().is_outage());
        let is_waiting = |seconds: i64| stripe.asks_to_wait(Timestamp::from_millis(now + seconds * 1000));
        assert_eq!((stripe.rate_limits(), is_waiting(50), is_waiting(120)), (1, true, false));
    }

    #[tokio::test]
    async fn a_call_carries_the_trace_of_its_request() {
        let server = MockServer::start().await;
        let traced = Mock::given(header("x-amzn-trace-id", "Root=1-2-3")).respond_with(ResponseTemplate::new(404));
        traced.expect(1).mount(&server).await;
        let stripe = client(server.uri(), "sk_test_local");
        let (result, _) = measure(Some("Root=1-2-3".to_owned()), stripe.retrieve_intent("pi_1")).await;
        assert!(result.is_err());
        server.verify().await;
    }
}
