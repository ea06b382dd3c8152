//! `PUT /auth/me/addresses/{id}`: replaces an address.

use crate::view::AddressView;
use axum::extract::State;
use ferrocart::db::users::StoredAddress;
use ferrocart::domain::address::Address;
use ferrocart::domain::id::AddressId;
use ferrocart::http::Customer;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result};

/// Replaces an address
#[utoipa::path(
    put,
    path = "/api/v1/auth/me/addresses/{id}",
    tag = "auth",
    params(("id" = AddressId, Path, description = "The address")),
    request_body = Address,
    responses((status = 200, description = "The updated address", body = AddressView))
)]
pub(crate) async fn replace_address(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<AddressId>,
    Json(address): Json<Address>,
) -> Result<Json<AddressView>> {
    let address = StoredAddress { id, address };
    shop.users.replace_address(customer.id(), &address).await?.ok_or(Error::NotFound)?;
    Ok(Json(address.into()))
}
