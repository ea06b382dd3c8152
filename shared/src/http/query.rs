//! The query, in place of axum's `Query`: unknown parameters are refused, and all bad ones named.

use super::input::{Fields, Input, Refusal};
use crate::domain::invalid::Invalid;
use crate::error::{Error, FieldError};
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// The parameters of the query, parsed.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A set of parameters that a client may send.
pub trait FromQuery: Sized {
    /// Parses them.
    ///
    /// # Errors
    /// Every parameter that is unknown, doubled or bad.
    fn from_query(fields: Fields<'_>) -> Result<Self, Refusal>;
}

impl<T: FromQuery> FromRequestParts<AppState> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let pairs = pairs(&parts.uri);
        let fields = pairs
            .iter()
            .map(|(name, value)| (Cow::Borrowed(name.as_str()), Input::parameter(name, value, shop.config.currency)));
        T::from_query(Fields::of_query(fields.collect())).map(Self).map_err(Error::MalformedQuery)
    }
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The operations that know no parameters of the query: there every one is unknown.
#[derive(Debug, Clone)]
pub(super) struct WithoutQuery(Arc<HashSet<(Method, String)>>);

impl WithoutQuery {
    /// Those of a document, which are all: routes are made of the same macros.
    pub(super) fn of(document: &OpenApi) -> Self {
        let operations = document.paths.paths.iter().flat_map(|(path, item)| {
            let methods = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            methods.into_iter().filter_map(move |(method, operation)| {
                let known = operation.as_ref()?.parameters.iter().flatten().any(is_query);
                (!known).then(|| (method, path.clone()))
            })
        });
        Self(Arc::new(operations.collect()))
    }

    /// Refuses a request whose query nobody would read.
    pub(super) async fn refuse_query(self, request: Request, next: Next) -> Response {
        let pairs = pairs(request.uri());
        let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let operation = (request.method().clone(), path.unwrap_or_default());
        if pairs.is_empty() || !self.0.contains(&operation) {
            return next.run(request).await;
        }
        let unknown = |(name, _): (String, String)| FieldError {
            pointer: name,
            invalid: Invalid::new("unknown", "is not known here"),
        };
        Error::MalformedQuery(pairs.into_iter().map(unknown).collect()).into_response()
    }
}

fn is_query(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
}

/// Reads the parameters of a query as [`crate::from_fields!`] reads the fields of a body.
#[macro_export]
macro_rules! from_parameters {
    ($type:ty { $($field:ident $(= $default:expr)?),+ $(,)? }) => {
        impl $crate::http::FromQuery for $type {
            fn from_query(mut fields: $crate::http::Fields<'_>) -> Result<Self, $crate::http::Refusal> {
                $(let $field = $crate::from_fields!(@take fields, $field $(= $default)?);)+
                fields.finish(&[$(stringify!($field)),+])?;
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err($crate::http::Refusal::new()),
                }
            }
        }
    };
}
