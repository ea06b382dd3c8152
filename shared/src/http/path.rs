//! Path parameters, in place of axum's `Path`: a parameter that cannot be parsed names no resource, which is a 404.

use super::access::Argument;
use crate::error::Error;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use std::str::FromStr;

/// The only path parameter, parsed.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T> Argument for Path<T> {}

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
            return Err(Error::NotFound);
        };
        let parsed = parameters.iter().next().and_then(|(_, value)| value.parse().ok());
        parsed.map(Self).ok_or(Error::NotFound)
    }
}

/// Both path parameters, parsed.
#[derive(Debug)]
pub struct PathPair<A, B>(pub A, pub B);

impl<A, B> Argument for PathPair<A, B> {}

impl<S: Send + Sync, A: FromStr, B: FromStr> FromRequestParts<S> for PathPair<A, B> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
            return Err(Error::NotFound);
        };
        let mut values = parameters.iter().map(|(_, value)| value);
        match (values.next().and_then(|it| it.parse().ok()), values.next().and_then(|it| it.parse().ok())) {
            (Some(first), Some(second)) => Ok(Self(first, second)),
            _ => Err(Error::NotFound),
        }
    }
}
