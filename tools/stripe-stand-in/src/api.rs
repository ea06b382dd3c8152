//! A call on Stripe's API, from the connection to the answer: faults, authentication, idempotency,
//! the operation itself, and its events.

mod answer;
mod authenticate;
mod idempotency;
mod route;

pub(crate) use answer::Answer;
pub(crate) use authenticate::ApiKeys;
pub(crate) use idempotency::IdempotencyKeys;

use crate::account::Account;
use crate::errors::{ApiError, Result};
use crate::events::Cause;
use crate::expand::expand;
use crate::faults::{Action, Fault};
use crate::ids;
use crate::params::Params;
use crate::state::{Books, StandInState};
use authenticate::Key;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use idempotency::{Begun, Fingerprint};
use serde_json::Value;

/// The version that answers and events follow.
pub(crate) const API_VERSION: &str = "2026-10-28.endive";

/// One thing that can be done through the API: read from a call completely before anything happens.
pub(crate) trait Operation: Send {
    fn perform(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value>;
}

/// A call as it came in.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How a call ends.
pub(crate) enum Ending {
    Answered(Answer),
    /// The connection is closed without an answer.
    Dropped,
}

/// Answers a call, as far as its fault lets it.
pub(crate) async fn answer_call(state: &StandInState, call: Call) -> Ending {
    let request_id = ids::fresh("req_");
    let fault = state.with(|books| books.faults.take(&call.method, call.uri.path()));
    let prevented = match fault.action {
        Some(Action::DropBefore) => Some(Ending::Dropped),
        Some(Action::RateLimit) => Some(refuse(ApiError::RateLimited, &call, &request_id)),
        Some(Action::ErrorBefore) => Some(refuse(ApiError::Internal, &call, &request_id)),
        Some(Action::ErrorAfter | Action::ErrorKept | Action::DropAfter) | None => None,
    };
    if let Some(ending) = prevented {
        tokio::time::sleep(fault.delay_before()).await;
        return ending;
    }
    let answer = match run(state, &call, &fault, &request_id).await {
        Ok(answer) => answer,
        Err(error) => return refuse(error, &call, &request_id),
    };
    tokio::time::sleep(fault.delay_after()).await;
    match fault.action {
        Some(Action::DropAfter) => Ending::Dropped,
        _ => Ending::Answered(answer.of_call(&call.headers, &request_id)),
    }
}

fn refuse(error: ApiError, call: &Call, request_id: &str) -> Ending {
    Ending::Answered(Answer::of_error(error).of_call(&call.headers, request_id))
}

/// Errors of this function are those from before the execution: they are not kept for the
/// idempotency key, unlike an answer, be it an error or not.
async fn run(state: &StandInState, call: &Call, fault: &Fault, request_id: &str) -> Result<Answer> {
    let api_key = authenticate::authenticate(&call.headers, &state.keys)?;
    let params = read_params(call)?;
    let idempotency_key = idempotency::read_key(&call.method, &call.headers)?;
    if let Some(key) = &idempotency_key {
        let fingerprint = Fingerprint::of(&call.method, call.uri.path(), &params);
        match state.with(|books| books.idempotency.begin(key, fingerprint, request_id))? {
            Begun::New => {}
            Begun::Replay(answer) => return Ok(answer),
        }
    }
    let operation = match read_operation(call, api_key, &params) {
        Ok(operation) => operation,
        Err(error) => {
            state.with(|books| books.idempotency.forget(idempotency_key.as_deref()));
            return Err(error);
        }
    };
    // The key is held meanwhile: that is how two requests with one key meet.
    tokio::time::sleep(fault.delay_before()).await;
    let cause = Cause { request_id: Some(request_id.to_owned()), idempotency_key };
    Ok(state.with(|books| {
        let failed = || Answer::of_error(ApiError::Internal).advising_retry(false);
        let mut answer = match fault.action {
            Some(Action::ErrorKept) => failed(),
            _ => execute(books, operation, &params, &cause),
        };
        // Queued under the same lock, so that events are sent in the order of what they tell of.
        state.webhooks.queue(books.account.events.take_unsent());
        if matches!(fault.action, Some(Action::ErrorAfter)) {
            answer = failed();
        }
        books.idempotency.finish(&cause, &answer);
        answer
    }))
}

fn read_operation(call: &Call, key: Key, params: &Params) -> Result<Box<dyn Operation>> {
    let path = call.uri.path();
    let segments: Vec<_> = path.trim_start_matches('/').split('/').collect();
    route::route(&call.method, &segments, key, params)
        .unwrap_or_else(|| Err(ApiError::UnknownUrl { method: call.method.to_string(), path: path.to_owned() }))
}

fn execute(books: &mut Books, operation: Box<dyn Operation>, params: &Params, cause: &Cause) -> Answer {
    let expanded = operation.perform(&mut books.account, cause).and_then(|mut body| {
        for path in params.list("expand") {
            expand(&books.account, &mut body, path)?;
        }
        Ok(body)
    });
    match expanded {
        Ok(body) => Answer::new(StatusCode::OK, &body),
        Err(error) => Answer::of_error(error),
    }
}

/// The query of a GET, the body of a POST.
fn read_params(call: &Call) -> Result<Params> {
    if call.method != Method::POST {
        return Ok(Params::parse(call.uri.query().unwrap_or_default().as_bytes()));
    }
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_form = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if is_form || call.body.is_empty() { Ok(Params::parse(&call.body)) } else { Err(ApiError::NotAForm) }
}
