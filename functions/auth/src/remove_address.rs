//! `DELETE /auth/me/addresses/{id}`: removes an address.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::AddressId;
use ferrocart::http::Customer;
use ferrocart::http::Path;
use ferrocart::{AppState, Error, Result};

/// Removes an address
///
/// Existing orders keep their copy of it.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/me/addresses/{id}",
    tag = "auth",
    params(("id" = AddressId, Path, description = "The address")),
    responses((status = 204, description = "The address is removed"))
)]
pub(crate) async fn remove_address(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<AddressId>,
) -> Result<StatusCode> {
    shop.users.remove_address(customer.id(), id).await?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
