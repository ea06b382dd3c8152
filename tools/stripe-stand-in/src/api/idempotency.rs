//! `Idempotency-Key`: the first answer to a key is its only answer.

use super::Answer;
use crate::errors::{ApiError, Result};
use crate::events::Cause;
use crate::params::Params;
use axum::http::{HeaderMap, Method};
use std::collections::HashMap;

/// The keys that were used, with what came of them. They live as long as the stand-in, where Stripe
/// forgets them after a day at the earliest.
#[derive(Default)]
pub(crate) struct IdempotencyKeys(HashMap<String, Use>);

struct Use {
    of: Fingerprint,
    request_id: String,
    /// None while the request is still going on.
    answer: Option<Answer>,
}

/// What two requests with one key must have in common.
#[derive(PartialEq, Eq)]
pub(super) struct Fingerprint {
    method: Method,
    path: String,
    params: Params,
}

impl Fingerprint {
    pub(super) fn of(method: &Method, path: &str, params: &Params) -> Self {
        Self { method: method.clone(), path: path.to_owned(), params: params.clone() }
    }
}

/// Whether a request is the first with its key.
pub(super) enum Begun {
    New,
    Replay(Answer),
}

/// The key of a POST. Stripe ignores it on a GET.
pub(super) fn read_key(method: &Method, headers: &HeaderMap) -> Result<Option<String>> {
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
    /// Takes the key for this request, or says what came of the request that has it.
    pub(super) fn begin(&mut self, key: &str, of: Fingerprint, request_id: &str) -> Result<Begun> {
        let key = key.to_owned();
        match self.0.get(&key) {
            None => {
                let used = Use { of, request_id: request_id.to_owned(), answer: None };
                self.0.insert(key, used);
                Ok(Begun::New)
            }
            Some(used) if used.of.path != of.path => {
                Err(ApiError::KeyUsedElsewhere { key, first: used.of.path.clone(), now: of.path })
            }
            Some(used) if used.of != of => Err(ApiError::KeyUsedWithOtherParams { key }),
            Some(Use { answer: None, .. }) => Err(ApiError::KeyInUse { key }),
            Some(Use { answer: Some(answer), request_id, .. }) => {
                Ok(Begun::Replay(answer.clone().replayed(request_id)))
            }
        }
    }

    pub(super) fn finish(&mut self, cause: &Cause, answer: &Answer) {
        let used = cause.idempotency_key.as_ref().and_then(|key| self.0.get_mut(key));
        if let Some(used) = used {
            used.answer = Some(answer.clone());
        }
    }

    /// Gives the key back: nothing was executed with it.
    pub(super) fn forget(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.0.remove(key);
        }
    }
}
