//! Idempotency keys (<https://docs.stripe.com/api/idempotent_requests>): the first response is stored and replayed.

use super::ApiResponse;
use crate::errors::{ApiError, Result};
use crate::events::Cause;
use crate::params::Params;
use axum::http::{HeaderMap, Method};
use std::collections::HashMap;

/// Stripe removes keys that are at least this old. The stand-in removes them as early as that permits.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// The used keys.
#[derive(Default)]
pub(crate) struct IdempotencyKeys(HashMap<String, Entry>);

struct Entry {
    fingerprint: Fingerprint,
    request_id: String,
    /// The time of the first request, in Unix seconds.
    created: i64,
    /// `None` while the first request is in progress.
    response: Option<ApiResponse>,
}

/// The properties that all requests with the same key must share.
#[derive(PartialEq, Eq)]
pub(super) struct Fingerprint {
    method: Method,
    path: String,
    params: Params,
}

impl Fingerprint {
    pub(super) fn new(method: &Method, path: &str, params: &Params) -> Self {
        Self { method: method.clone(), path: path.to_owned(), params: params.clone() }
    }
}

/// The state of a key when a request starts.
pub(super) enum KeyState {
    /// The key was unused, and is in progress now.
    New,
    /// The key has a response, which is replayed.
    Completed(ApiResponse),
}

/// Parses the key of a POST. Stripe ignores it on a GET.
pub(super) fn parse_key(method: &Method, headers: &HeaderMap) -> Result<Option<String>> {
    let Some(key) = headers.get("idempotency-key").filter(|_| method == Method::POST) else {
        return Ok(None);
    };
    match String::from_utf8_lossy(key.as_bytes()).into_owned() {
        key if key.len() > 255 => Err(ApiError::KeyTooLong { length: key.len() }),
        key if key.is_empty() => Ok(None),
        key => Ok(Some(key)),
    }
}

impl IdempotencyKeys {
    /// Marks a new key as in progress, or returns the stored response of a completed one. Fails if the key is in
    /// progress or was used for another request.
    pub(super) fn start(
        &mut self,
        key: &str,
        fingerprint: Fingerprint,
        request_id: &str,
        now: i64,
    ) -> Result<KeyState> {
        let key = key.to_owned();
        let is_old = |entry: &Entry| entry.response.is_some() && now.saturating_sub(entry.created) >= KEPT_SECONDS;
        if self.0.get(&key).is_some_and(is_old) {
            self.0.remove(&key);
        }
        match self.0.get(&key) {
            None => {
                let entry = Entry { fingerprint, request_id: request_id.to_owned(), created: now, response: None };
                self.0.insert(key, entry);
                Ok(KeyState::New)
            }
            Some(entry) if entry.fingerprint.path != fingerprint.path => {
                let first = entry.fingerprint.path.clone();
                Err(ApiError::KeyReusedForOtherEndpoint { key, first, now: fingerprint.path })
            }
            Some(entry) if entry.fingerprint != fingerprint => Err(ApiError::KeyReusedWithOtherParams { key }),
            Some(Entry { response: None, .. }) => Err(ApiError::KeyInUse { key }),
            Some(Entry { response: Some(response), request_id, .. }) => {
                Ok(KeyState::Completed(response.clone().into_replay_of(request_id)))
            }
        }
    }

    /// Stores the response of a request.
    pub(super) fn complete(&mut self, cause: &Cause, response: &ApiResponse) {
        let entry = cause.idempotency_key.as_ref().and_then(|key| self.0.get_mut(key));
        if let Some(entry) = entry {
            entry.response = Some(response.clone());
        }
    }

    /// Removes a key whose operation was not executed, so that it can be used again.
    pub(super) fn remove(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.0.remove(key);
        }
    }
}
