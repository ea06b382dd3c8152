//! The client: plain HTTP with our own deadlines, one pooled connection, and an idempotency key on
//! every call that must not happen twice.

use super::dispute::DisputeObject;
use super::error::StripeError;
use super::intent::{Intent, IntentStatus};
use super::refund::RefundObject;
use crate::config::StripeConfig;
use crate::domain::id::OrderId;
use crate::domain::money::{Currency, Money};
use crate::domain::refund::{Refund, StripeRefund};
use crate::telemetry;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The version of Stripe's API that this code was written for.
const API_VERSION: &str = "2025-09-30.clover";
/// The longest that one call waits; within [`crate::config::REQUEST_DEADLINE`] there is room for the rest.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to Stripe.
#[derive(Debug)]
pub struct Stripe {
    http: Client,
    base: String,
    key: SecretString,
}

impl Stripe {
    pub(crate) fn new(config: &StripeConfig) -> Result<Self, StripeError> {
        let http = Client::builder().connect_timeout(Duration::from_secs(2)).timeout(TIMEOUT).build()?;
        Ok(Self { http, base: config.api_base.trim_end_matches('/').to_owned(), key: config.secret_key.clone() })
    }

    /// Whether an object of Stripe's belongs to the mode that our key is for.
    #[must_use]
    pub fn is_our_mode(&self, livemode: bool) -> bool {
        let key = self.key.expose_secret();
        livemode == (key.starts_with("sk_live_") || key.starts_with("rk_live_"))
    }

    /// Makes the payment intent of an order; made again, it is the same one, unless a key was used
    /// up on it in between.
    ///
    /// # Errors
    /// [`StripeError`]
    pub async fn create_intent(
        &self,
        order: OrderId,
        idempotency_attempt: i64,
        order_number: &str,
        amount: Money,
        currency: Currency,
    ) -> Result<Intent, StripeError> {
        let order = order.to_string();
        let form = [
            ("amount", amount.minor().to_string()),
            ("currency", currency.code().to_ascii_lowercase()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            ("metadata[order_id]", order.clone()),
            ("metadata[order_number]", order_number.to_owned()),
        ];
        let key = numbered(&order, idempotency_attempt);
        self.send(self.post("/v1/payment_intents", &key).form(&form)).await
    }

    /// The payment intent as Stripe has it.
    ///
    /// # Errors
    /// [`StripeError`]
    pub async fn retrieve_intent(&self, id: &str) -> Result<Intent, StripeError> {
        self.send(self.http.get(format!("{}/v1/payment_intents/{id}", self.base))).await
    }

    /// Cancels a payment intent. It has no idempotency key: doing it twice is harmless, and Stripe
    /// would repeat its first answer for a day, even if that was that something broke.
    ///
    /// # Errors
    /// [`StripeError`], also when it was paid or cancelled before.
    pub async fn cancel_intent(&self, id: &str) -> Result<Intent, StripeError> {
        let request = self.http.post(format!("{}/v1/payment_intents/{id}/cancel", self.base));
        self.send(request.form(&[("cancellation_reason", "abandoned")])).await
    }

    /// The payment intent that was made for an order, if it can be found: Stripe's search is behind
    /// by up to a minute (<https://docs.stripe.com/search#data-freshness>).
    ///
    /// # Errors
    /// [`StripeError`]
    pub async fn find_intent(&self, order: OrderId) -> Result<Option<Intent>, StripeError> {
        let query = format!("metadata['order_id']:'{order}'");
        let url = self.url("/v1/payment_intents/search", &[("query", &query)]);
        let found: Page<Intent> = self.send(self.http.get(url)).await?;
        Ok(found.data.into_iter().find(|intent| intent.status != IntentStatus::Canceled))
    }

    /// Sends money of a paid intent back; a refund of ours once, however often it is asked for.
    ///
    /// # Errors
    /// [`StripeError`], also when more is asked for than is left.
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
        let key = numbered(&refund.id.to_string(), refund.idempotency_attempt);
        let taken: RefundObject = self.send(self.post("/v1/refunds", &key).form(&form)).await?;
        Ok(taken.into())
    }

    /// Every refund of an intent, whoever has made it.
    ///
    /// # Errors
    /// [`StripeError`]
    pub async fn refunds(&self, intent: &str) -> Result<Vec<StripeRefund>, StripeError> {
        let refunds: Vec<RefundObject> = self.list("/v1/refunds", intent).await?;
        Ok(refunds.into_iter().map(StripeRefund::from).collect())
    }

    /// Whether a buyer's bank disputes the payment of an intent, or has won it back: one that has
    /// disputed it once may do so again.
    ///
    /// # Errors
    /// [`StripeError`]
    pub async fn is_disputed(&self, intent: &str) -> Result<bool, StripeError> {
        let disputes: Vec<DisputeObject> = self.list("/v1/disputes", intent).await?;
        Ok(disputes.iter().any(DisputeObject::counts))
    }

    /// All of a list that belongs to an intent.
    async fn list<T: DeserializeOwned + Listed>(&self, path: &str, intent: &str) -> Result<Vec<T>, StripeError> {
        let mut listed: Vec<T> = Vec::new();
        loop {
            let mut query = vec![("payment_intent", intent), ("limit", "100")];
            if let Some(last) = listed.last() {
                query.push(("starting_after", last.id()));
            }
            let url = self.url(path, &query);
            let page: Page<T> = self.send(self.http.get(url)).await?;
            let goes_on = page.has_more && !page.data.is_empty();
            listed.extend(page.data);
            if !goes_on {
                return Ok(listed);
            }
        }
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}{path}?{query}", self.base)
    }

    fn post(&self, path: &str, idempotency_key: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base)).header("Idempotency-Key", idempotency_key)
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, StripeError> {
        let request = request.bearer_auth(self.key.expose_secret()).header("Stripe-Version", API_VERSION);
        // Stripe does not know this header; whatever stands between it and us may.
        let request =
            telemetry::trace().into_iter().fold(request, |request, it| request.header("X-Amzn-OrderSlot-Id", it));
        let response = telemetry::stripe_call(request.send()).await?;
        let status = response.status();
        // <https://docs.stripe.com/error-low-level#idempotency>
        let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        if !status.is_success() {
            // By this id Stripe's support and its log of requests find the call.
            let id = response.headers().get("request-id").and_then(|id| id.to_str().ok());
            tracing::info!(status = status.as_u16(), stripe_request_id = id, "Stripe did not do what it was asked");
        }
        let body = response.bytes().await?;
        if status.is_success() {
            serde_json::from_slice(&body).map_err(StripeError::Unreadable)
        } else {
            Err(StripeError::of(status.as_u16(), replayed, &body))
        }
    }
}

/// A page of one of Stripe's lists.
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

/// An object of a list that goes on after its id.
pub(super) trait Listed {
    fn id(&self) -> &str;
}

/// An idempotency key: the id of what is to be made, and how many keys were used up on it before.
fn numbered(id: &str, idempotency_attempt: i64) -> String {
    if idempotency_attempt == 0 { id.to_owned() } else { format!("{id}-{idempotency_attempt}") }
}
