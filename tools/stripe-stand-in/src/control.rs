//! The control API under `/_stand-in/`: fault injection, webhook control, and events at the bank. Bodies are JSON, and
//! errors have Stripe's form.

mod bank;
mod deliveries;

use crate::account::Account;
use crate::api::{ApiResponse, Request};
use crate::behavior::Behavior;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::params::Params;
use crate::settings::{WebhookEndpoint, WebhookPayload, WebhookUrl};
use crate::store::{ServerState, Store};
use axum::http::StatusCode;
use deliveries::{list_deliveries, wait_until_settled};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The body of `PUT /_stand-in/webhook`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetWebhook {
    url: String,
    secret: String,
    #[serde(default)]
    payload: WebhookPayload,
}

pub(crate) async fn handle_control_request(state: &ServerState, request: &Request) -> ApiResponse {
    match dispatch(state, request).await {
        Ok(body) => ApiResponse::new(StatusCode::OK, &body),
        Err(error) => ApiResponse::from_error(error),
    }
}

async fn dispatch(state: &ServerState, request: &Request) -> Result<Value> {
    let segments: Vec<_> = request.uri.path().split('/').skip(2).collect();
    let query = Params::parse(request.uri.query().unwrap_or_default().as_bytes());
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["health"]) => Ok(json!({ "status": "ok" })),
        ("POST", ["reset"]) => {
            reset(state);
            Ok(json!({}))
        }
        ("GET", ["deliveries"]) => list_deliveries(&state.webhooks, &query).await,
        ("POST", ["settle"]) => wait_until_settled(&state.webhooks, &query).await,
        (method, ["faults"]) => handle_faults(state, method, request),
        ("GET", ["held-responses"]) => Ok(json!({ "count": state.held() })),
        ("DELETE", ["held-responses"]) => {
            state.release();
            Ok(json!({}))
        }
        ("PUT", ["webhook"]) => set_webhook(state, parse_body(request)?),
        ("PUT", ["restricted-keys"]) => {
            let body = parse_body(request)?;
            state.with(|store| store.restricted_keys.set(body).map(|()| json!({})))
        }
        ("POST", ["clock", "advance"]) => {
            let body = parse_body(request)?;
            change_both(state, |account| account.advance_clock(&body))
        }
        ("POST", ["behaviour"]) => {
            let behavior: Behavior = parse_body(request)?;
            behavior.validate()?;
            change_both(state, |account| {
                account.behavior = behavior;
                Ok(json!({}))
            })
        }
        ("POST", ["webhooks", "hold"]) => {
            state.webhooks.hold();
            Ok(json!({}))
        }
        ("POST", ["webhooks", "release"]) => Ok(json!({ "released": state.webhooks.release(parse_body(request)?) })),
        ("POST", ["webhooks", "behaviour"]) => {
            state.webhooks.set_behavior(&parse_body(request)?);
            Ok(json!({}))
        }
        ("POST", ["events", id, "resend"]) => resend(state, id),
        ("POST", bank) => bank::dispatch(state, bank, request),
        _ => Err(unknown_url(request)),
    }
}

/// Adds, lists or deletes faults. Returns the remaining ones.
fn handle_faults(state: &ServerState, method: &str, request: &Request) -> Result<Value> {
    match method {
        "POST" => {
            let fault = parse_body(request)?;
            state.with(|store| store.faults.add(fault))?;
        }
        "GET" => {}
        "DELETE" => state.with(|store| store.faults = Default::default()),
        _ => return Err(unknown_url(request)),
    }
    Ok(state.with(|store| json!({ "data": store.faults.remaining() })))
}

fn set_webhook(state: &ServerState, body: SetWebhook) -> Result<Value> {
    let url: WebhookUrl = body.url.parse().map_err(|error| ApiError::InvalidControlRequest(format!("{error}")))?;
    state.webhooks.set_endpoint(WebhookEndpoint { url, secret: body.secret, payload: body.payload });
    Ok(json!({}))
}

fn resend(state: &ServerState, id: &str) -> Result<Value> {
    change(state, |account| {
        let event = account.events.find(id).ok_or_else(|| ApiError::ResourceMissing {
            object: "event",
            id: id.to_owned(),
            param: "id",
            role: ObjectRole::Subject,
        })?;
        state.webhooks.resend(event);
        Ok(event.body.clone())
    })
}

/// Changes the account and sends the resulting events. An object that does not exist in test mode is looked up in live
/// mode.
fn change(state: &ServerState, work: impl Fn(&mut Account) -> Result<Value>) -> Result<Value> {
    state.with(|store| {
        let mut result = Ok(Value::Null);
        for account in store.accounts() {
            account.run_due_tasks();
            result = work(account);
            account.run_due_tasks();
            state.webhooks.queue(account.events.take_unsent());
            if !matches!(result, Err(ApiError::ResourceMissing { .. })) {
                break;
            }
        }
        result
    })
}

/// Changes the account in both modes. Returns the result of test mode.
fn change_both(state: &ServerState, work: impl Fn(&mut Account) -> Result<Value>) -> Result<Value> {
    state.with(|store| {
        let [test, live] = store.accounts().map(|account| {
            account.run_due_tasks();
            let result = work(account);
            account.run_due_tasks();
            state.webhooks.queue(account.events.take_unsent());
            result
        });
        live.and(test)
    })
}

fn reset(state: &ServerState) {
    state.with(|store| *store = Store::default());
    state.webhooks.reset();
}

/// Parses a JSON body. An empty body is an empty object.
fn parse_body<T: DeserializeOwned>(request: &Request) -> Result<T> {
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { &request.body };
    serde_json::from_slice(body).map_err(|error| ApiError::InvalidControlRequest(error.to_string()))
}

fn unknown_url(request: &Request) -> ApiError {
    ApiError::UnknownUrl { method: request.method.to_string(), path: request.uri.path().to_owned() }
}
