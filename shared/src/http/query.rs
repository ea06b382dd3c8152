//! Query parameters, in place of axum's `Query`: all unknown, repeated and invalid ones are reported at once.

use super::access::Argument;
use super::input::{Fields, Input, ValidationErrors};
use crate::error::Error;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use std::borrow::Cow;

/// The query parameters, parsed.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A type that is parsed from the query parameters.
pub trait FromQuery: Sized {
    /// Parses the parameters.
    ///
    /// # Errors
    /// All unknown, repeated and invalid parameters.
    fn from_query(fields: Fields<'_>) -> Result<Self, ValidationErrors>;
}

impl<T> Argument for Query<T> {
    const READS_QUERY: bool = true;
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

/// Returns the decoded names and values of all query parameters.
pub(super) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Implements [`FromQuery`](crate::http::FromQuery), as [`crate::from_fields!`] implements `FromInput` for a body.
#[macro_export]
macro_rules! from_parameters {
    ($type:ty { $($field:ident $(= $default:expr)?),+ $(,)? }) => {
        impl $crate::http::FromQuery for $type {
            fn from_query(mut fields: $crate::http::Fields<'_>) -> Result<Self, $crate::http::ValidationErrors> {
                $(let $field = $crate::from_fields!(@take fields, $field $(= $default)?);)+
                fields.finish(&[$(stringify!($field)),+])?;
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err($crate::http::ValidationErrors::new()),
                }
            }
        }
    };
}
