//! Rejects the query of a request to an endpoint that takes none, as all others reject unknown parameters.

use super::access::Access;
use super::cart_owner::CartOwner;
use super::extractors::{Admin, Customer};
use super::input::MAX_REPORTED_FIELDS;
use super::order_access::OrderAccess;
use super::query::pairs;
use crate::domain::validation::ValidationError;
use crate::error::{Error, FieldError, Result};
use crate::state::AppState;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

/// Forwards the request, unless it has query parameters. A caller without access receives the same error with and
/// without them.
pub(super) async fn reject_query(
    State((shop, access)): State<(AppState, Access)>,
    request: Request,
    next: Next,
) -> Result<Response> {
    let parameters = pairs(request.uri());
    if parameters.is_empty() {
        return Ok(next.run(request).await);
    }
    let (mut parts, _) = request.into_parts();
    check_access(&mut parts, &shop, access).await?;
    let unknown = |(pointer, _)| FieldError { pointer, error: ValidationError::new("unknown", "unknown parameter") };
    Err(Error::MalformedQuery(parameters.into_iter().take(MAX_REPORTED_FIELDS).map(unknown).collect()))
}

async fn check_access(parts: &mut Parts, shop: &AppState, access: Access) -> Result<()> {
    match access {
        Access::Public | Access::Optional => Ok(()),
        Access::Cart => CartOwner::from_request_parts(parts, shop).await.map(drop),
        Access::Order => OrderAccess::from_request_parts(parts, shop).await.map(drop),
        Access::Customer => Customer::from_request_parts(parts, shop).await.map(drop),
        Access::Admin => Admin::from_request_parts(parts, shop).await.map(drop),
    }
}
