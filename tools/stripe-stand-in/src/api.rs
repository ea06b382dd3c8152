//! Handles a request to Stripe's API: fault injection, authentication, idempotency, the operation and its events.

mod authenticate;
pub(crate) mod cors;
mod idempotency;
mod permissions;
mod response;
mod route;

pub(crate) use authenticate::ApiKeys;
pub(crate) use idempotency::IdempotencyKeys;
pub(crate) use permissions::{Permission, Permissions, RestrictedKeys};
pub(crate) use response::ApiResponse;

use crate::account::Account;
use crate::errors::{ApiError, Result};
use crate::events::Cause;
use crate::expand::expand;
use crate::faults::{Fault, FaultAction};
use crate::ids;
use crate::params::Params;
use crate::store::{ServerState, Store};
use authenticate::{ApiKey, KeyType};
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use idempotency::{Fingerprint, KeyState};
use serde_json::Value;

/// The API version of responses and events: the one that the client of the shop requests.
pub(crate) const API_VERSION: &str = "2025-09-30.clover";

/// An operation of the API, with its parameters parsed and validated.
pub(crate) trait Operation: Send {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value>;
}

/// An HTTP request.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether its connection has carried another request before.
    pub(crate) is_connection_used: bool,
}

/// The reply to a request.
pub(crate) enum Reply {
    Response(ApiResponse),
    /// The connection is closed without a response.
    Abort,
}

/// Handles a request, and applies the first fault that matches it.
pub(crate) async fn handle_api_request(state: &ServerState, request: Request) -> Reply {
    let request_id = ids::random_id("req_");
    let (method, path) = (&request.method, request.uri.path());
    let fault = state.with(|store| store.faults.take_matching(method, path, request.is_connection_used));
    let fault_before = match fault.action {
        Some(FaultAction::DropBefore) => Some(Reply::Abort),
        Some(FaultAction::RateLimit) => Some(reject(ApiError::RateLimited, &request, &request_id)),
        Some(FaultAction::ErrorBefore) => Some(reject(ApiError::Internal, &request, &request_id)),
        Some(FaultAction::ErrorAfter | FaultAction::ErrorKept | FaultAction::Reject | FaultAction::DropAfter)
        | None => None,
    };
    if let Some(reply) = fault_before {
        tokio::time::sleep(fault.delay_before()).await;
        return reply;
    }
    let response = match process(state, &request, &fault, &request_id).await {
        Ok(response) => response,
        Err(error) => return reject(error, &request, &request_id),
    };
    tokio::time::sleep(fault.delay_after()).await;
    if fault.hold_response {
        state.hold().await;
    }
    match fault.action {
        Some(FaultAction::DropAfter) => Reply::Abort,
        _ => Reply::Response(response.with_request_headers(&request.headers, &request_id)),
    }
}

fn reject(error: ApiError, request: &Request, request_id: &str) -> Reply {
    Reply::Response(ApiResponse::from_error(error).with_request_headers(&request.headers, request_id))
}

/// Processes a request from authentication to events. An `Err` means that the operation was not executed; it is not
/// stored for the idempotency key. An `Ok`, which may be an error response as well, is stored.
async fn process(state: &ServerState, request: &Request, fault: &Fault, request_id: &str) -> Result<ApiResponse> {
    let ApiKey { livemode, key_type } =
        state.with(|store| authenticate::authenticate(&request.headers, &state.keys, &store.restricted_keys))?;
    let permissions = permissions_for(request, &key_type)?;
    validate_version(&request.headers)?;
    let params = parse_params(request)?;
    let idempotency_key = idempotency::parse_key(&request.method, &request.headers)?;
    if let Some(key) = &idempotency_key {
        let fingerprint = Fingerprint::new(&request.method, request.uri.path(), &params);
        let started = state.with(|store| {
            let account = store.account(livemode);
            account.idempotency.start(key, fingerprint, request_id, account.clock.now())
        });
        match started? {
            KeyState::New => {}
            KeyState::Completed(response) => return Ok(response),
        }
    }
    let operation = match parse_operation(request, &key_type, &params) {
        Ok(operation) => operation,
        Err(error) => {
            state.with(|store| store.account(livemode).idempotency.remove(idempotency_key.as_deref()));
            return Err(error);
        }
    };
    // The idempotency key is in use during the delay, so that a concurrent request with the same key gets a 409.
    tokio::time::sleep(fault.delay_before()).await;
    let cause = Cause { request_id: Some(request_id.to_owned()), idempotency_key };
    Ok(state.with(|store| {
        store.account(livemode).run_due_tasks();
        let internal_error = || ApiResponse::from_error(ApiError::Internal).with_should_retry(false);
        let mut response = match fault.action {
            Some(FaultAction::ErrorKept) => internal_error(),
            Some(FaultAction::Reject) => ApiResponse::from_error(fault.rejection()),
            _ => execute(store, livemode, operation, &params, &permissions, &cause),
        };
        // Queued under the same lock, so that events are sent in the order of their occurrence.
        let account = store.account(livemode);
        account.run_due_tasks();
        state.webhooks.queue(account.events.take_unsent());
        if matches!(fault.action, Some(FaultAction::ErrorAfter)) {
            response = internal_error();
        }
        account.idempotency.complete(&cause, &response);
        response
    }))
}

/// Checks that a key may be used for a request. Returns its permissions.
fn permissions_for(request: &Request, key_type: &KeyType) -> Result<Permissions> {
    match key_type {
        // What a browser may do depends on the payment intent; `route` and `Caller` check that.
        KeyType::Publishable => Ok(Permissions::All),
        KeyType::Secret(permissions) => {
            let required = Permission::of_request(&request.method, request.uri.path());
            required.map_or(Ok(()), |required| permissions.require(required))?;
            Ok(permissions.clone())
        }
    }
}

fn parse_operation(request: &Request, key_type: &KeyType, params: &Params) -> Result<Box<dyn Operation>> {
    let path = request.uri.path();
    let segments: Vec<_> = path.trim_start_matches('/').split('/').collect();
    params.expansions()?;
    route::route(&request.method, &segments, key_type, params)
        .unwrap_or_else(|| Err(ApiError::UnknownUrl { method: request.method.to_string(), path: path.to_owned() }))
}

fn execute(
    store: &mut Store,
    livemode: bool,
    operation: Box<dyn Operation>,
    params: &Params,
    permissions: &Permissions,
    cause: &Cause,
) -> ApiResponse {
    let account = store.account(livemode);
    let expanded = operation.execute(account, cause).and_then(|mut body| {
        for path in params.expansions()? {
            expand(account, permissions, &mut body, path)?;
        }
        Ok(body)
    });
    match expanded {
        Ok(body) => ApiResponse::new(StatusCode::OK, &body),
        Err(ApiError::ResourceMissing { object, id, param, role }) if store.account(!livemode).has(&id) => {
            let (other, used) = if livemode { ("test", "live") } else { ("live", "test") };
            ApiResponse::from_error(ApiError::OtherMode { object, id, param, role, other, used })
        }
        Err(error) => ApiResponse::from_error(error),
    }
}

/// Rejects every version of the API but the one that the stand-in implements. Without the header, the account has it.
fn validate_version(headers: &HeaderMap) -> Result<()> {
    match headers.get("stripe-version") {
        Some(version) if version != API_VERSION => {
            Err(ApiError::InvalidVersion { version: String::from_utf8_lossy(version.as_bytes()).into_owned() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Parses the body of a POST, or the query of a GET.
fn parse_params(request: &Request) -> Result<Params> {
    let query = request.uri.query().unwrap_or_default().as_bytes();
    if request.method != Method::POST {
        return Ok(Params::parse(query));
    }
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if is_form || request.body.is_empty() {
        // A POST may have parameters in its query as well.
        let body: &[u8] = &request.body;
        Ok(Params::parse(&[body, query].join(&b'&')))
    } else {
        Err(ApiError::InvalidContentType)
    }
}
