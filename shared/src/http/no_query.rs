//! Operations that know no parameters of the query refuse every one, as those that know some do.

use super::openapi::Access;
use super::query::pairs;
use crate::auth::{Admin, Customer};
use crate::domain::invalid::Invalid;
use crate::error::{Error, FieldError};
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// The operations that know no parameters of the query, and who may call them.
#[derive(Clone)]
pub(super) struct NoQuery {
    operations: Arc<HashMap<(Method, String), Access>>,
    shop: AppState,
}

impl NoQuery {
    /// Those of a document, which has all: routes are made by the macro that makes it.
    pub(super) fn of(document: &OpenApi, shop: AppState) -> Self {
        let operations = document.paths.paths.iter().flat_map(|(path, item)| {
            let methods = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            methods.into_iter().filter_map(|(method, operation)| {
                let operation = operation.as_ref().filter(|operation| !has_query(operation))?;
                Some(((method, path.clone()), Access::to(operation)))
            })
        });
        Self { operations: Arc::new(operations.collect()), shop }
    }

    /// Refuses a request with a query that nobody would read.
    pub(super) async fn refuse(self, request: Request, next: Next) -> Response {
        if request.uri().query().is_none_or(str::is_empty) {
            return next.run(request).await;
        }
        let pairs = pairs(request.uri());
        let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let operation = (request.method().clone(), path.unwrap_or_default());
        match self.operations.get(&operation) {
            Some(access) if !pairs.is_empty() => self.explain(*access, request, pairs).await.into_response(),
            _ => next.run(request).await,
        }
    }

    /// As everywhere, who may not call an operation is told that, and nothing of the rest.
    async fn explain(&self, access: Access, request: Request, pairs: Vec<(String, String)>) -> Error {
        let (mut parts, _) = request.into_parts();
        let asking = match access {
            Access::Everybody => Ok(()),
            Access::User => Customer::from_request_parts(&mut parts, &self.shop).await.map(drop),
            Access::Admin => Admin::from_request_parts(&mut parts, &self.shop).await.map(drop),
        };
        let unknown = |(pointer, _)| FieldError { pointer, invalid: Invalid::new("unknown", "is not known here") };
        asking.err().unwrap_or_else(|| Error::MalformedQuery(pairs.into_iter().map(unknown).collect()))
    }
}

fn has_query(operation: &Operation) -> bool {
    let is_query = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query);
    operation.parameters.iter().flatten().any(is_query)
}
