//! `/_stand-in/`: where tests order faults, hold webhooks and wait for deliveries. Bodies are JSON,
//! errors look like Stripe's.

mod wait_for_deliveries;

use crate::api::{Answer, Call};
use crate::disputes::{close_dispute, open_dispute};
use crate::errors::{ApiError, Mention, Result};
use crate::params::Params;
use crate::payment_intents::{SettlePaymentIntent, settle_payment_intent};
use crate::refunds::fail_refund;
use crate::settings::{WebhookEndpoint, WebhookUrl};
use crate::state::{Books, StandInState};
use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wait_for_deliveries::{settle, show_deliveries};

/// `PUT /_stand-in/webhook`: where events are sent from now on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetWebhook {
    url: String,
    secret: String,
}

/// Carries out an order.
pub(crate) async fn answer_control(state: &StandInState, call: &Call) -> Answer {
    match carry_out(state, call).await {
        Ok(body) => Answer::new(StatusCode::OK, &body),
        Err(error) => Answer::of_error(error),
    }
}

async fn carry_out(state: &StandInState, call: &Call) -> Result<Value> {
    let segments: Vec<_> = call.uri.path().split('/').skip(2).collect();
    let query = Params::parse(call.uri.query().unwrap_or_default().as_bytes());
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["health"]) => Ok(json!({ "status": "ok" })),
        ("POST", ["reset"]) => {
            reset(state);
            Ok(json!({}))
        }
        ("GET", ["deliveries"]) => show_deliveries(&state.webhooks, &query).await,
        ("POST", ["settle"]) => settle(&state.webhooks, &query).await,
        (method, ["faults"]) => order_fault(state, method, call),
        ("PUT", ["webhook"]) => set_webhook(state, read(call)?),
        ("POST", ["webhooks", "hold"]) => {
            state.webhooks.hold();
            Ok(json!({}))
        }
        ("POST", ["webhooks", "release"]) => Ok(json!({ "released": state.webhooks.release(read(call)?) })),
        ("POST", ["webhooks", "behaviour"]) => {
            state.webhooks.behave(&read(call)?);
            Ok(json!({}))
        }
        ("POST", ["events", id, "resend"]) => resend(state, id),
        ("POST", ["disputes"]) => {
            let request = read(call)?;
            change(state, |books| open_dispute(&mut books.account, request))
        }
        ("POST", ["disputes", id, "close"]) => {
            let request = read(call)?;
            change(state, |books| close_dispute(&mut books.account, id, &request))
        }
        ("POST", ["refunds", id, "fail"]) => change(state, |books| fail_refund(&mut books.account, id)),
        ("POST", ["payment_intents", id, "settle"]) => {
            let request: SettlePaymentIntent = read(call)?;
            change(state, |books| settle_payment_intent(&mut books.account, id, &request))
        }
        _ => Err(unknown(call)),
    }
}

fn order_fault(state: &StandInState, method: &str, call: &Call) -> Result<Value> {
    match method {
        "POST" => {
            let fault = read(call)?;
            state.with(|books| books.faults.order(fault));
        }
        "GET" => {}
        "DELETE" => state.with(|books| books.faults = Default::default()),
        _ => return Err(unknown(call)),
    }
    Ok(state.with(|books| json!({ "data": books.faults.left() })))
}

fn set_webhook(state: &StandInState, request: SetWebhook) -> Result<Value> {
    let url: WebhookUrl = request.url.parse().map_err(|error| ApiError::UnreadableOrder(format!("{error}")))?;
    state.webhooks.set_endpoint(WebhookEndpoint { url, secret: request.secret });
    Ok(json!({}))
}

fn resend(state: &StandInState, id: &str) -> Result<Value> {
    state.with(|books| {
        let event = books.account.events.find(id).ok_or_else(|| ApiError::NoSuch {
            object: "event",
            id: id.to_owned(),
            param: "id",
            from: Mention::Subject,
        })?;
        state.webhooks.resend(event);
        Ok(event.body.clone())
    })
}

/// Changes the books as a bank would, and sends the events of it.
fn change(state: &StandInState, work: impl FnOnce(&mut Books) -> Result<Value>) -> Result<Value> {
    state.with(|books| {
        let changed = work(books);
        state.webhooks.queue(books.account.events.take_unsent());
        changed
    })
}

fn reset(state: &StandInState) {
    state.with(|books| *books = Books::default());
    state.webhooks.reset();
}

/// An empty body is an empty object.
fn read<T: DeserializeOwned>(call: &Call) -> Result<T> {
    let body: &[u8] = if call.body.is_empty() { b"{}" } else { &call.body };
    serde_json::from_slice(body).map_err(|error| ApiError::UnreadableOrder(error.to_string()))
}

fn unknown(call: &Call) -> ApiError {
    ApiError::UnknownUrl { method: call.method.to_string(), path: call.uri.path().to_owned() }
}
