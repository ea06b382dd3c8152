//! Rejects unknown query parameters at endpoints that take none, as the others reject unknown ones among theirs.

use super::endpoints::{Access, Endpoints};
use super::extractors::{Admin, Customer};
use super::query::pairs;
use crate::domain::validation::ValidationError;
use crate::error::{Error, FieldError};
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;

/// The endpoints without query parameters, and who may call them.
#[derive(Clone)]
pub(super) struct RejectUnknownQuery {
    endpoints: Arc<HashMap<(Method, String), Access>>,
    shop: AppState,
}

impl RejectUnknownQuery {
    pub(super) fn new(endpoints: &Endpoints, shop: AppState) -> Self {
        let without_query = endpoints.iter().filter(|endpoint| !endpoint.reads_query);
        let endpoints = without_query.map(|it| ((it.method.clone(), it.path.clone()), it.access)).collect();
        Self { endpoints: Arc::new(endpoints), shop }
    }

    /// Passes the request on, unless it has query parameters that the endpoint ignores.
    pub(super) async fn check(self, request: Request, next: Next) -> Response {
        if request.uri().query().is_none_or(str::is_empty) {
            return next.run(request).await;
        }
        let pairs = pairs(request.uri());
        let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let endpoint = (request.method().clone(), path.unwrap_or_default());
        match self.endpoints.get(&endpoint) {
            Some(access) if !pairs.is_empty() => self.rejection(*access, request, pairs).await.into_response(),
            _ => next.run(request).await,
        }
    }

    /// Returns the error. A caller without access gets the same error as with a valid request.
    async fn rejection(&self, access: Access, request: Request, pairs: Vec<(String, String)>) -> Error {
        let (mut parts, _) = request.into_parts();
        let admitted = match access {
            Access::Public | Access::Optional => Ok(()),
            Access::Customer => Customer::from_request_parts(&mut parts, &self.shop).await.map(drop),
            Access::Admin => Admin::from_request_parts(&mut parts, &self.shop).await.map(drop),
        };
        let unknown =
            |(pointer, _)| FieldError { pointer, error: ValidationError::new("unknown", "unknown parameter") };
        admitted.err().unwrap_or_else(|| Error::MalformedQuery(pairs.into_iter().map(unknown).collect()))
    }
}
