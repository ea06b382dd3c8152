//! `PUT /auth/me/addresses/{id}`: replaces an address.

use crate::view::StoredAddressView;
use axum::extract::State;
use ferrocart::db::users::StoredAddress;
use ferrocart::domain::id::AddressId;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{Customer, Json, Path, ReturnedAddress};
use ferrocart::{AppState, Error, Result};

/// Replaces an address
///
/// The address can be sent back as it was read: its `id` is accepted if it is the one in the path.
#[utoipa::path(
    put,
    path = "/api/v1/auth/me/addresses/{id}",
    tag = "auth",
    params(("id" = AddressId, Path, description = "The address")),
    request_body = ReturnedAddress,
    responses((status = 200, description = "The updated address", body = StoredAddressView))
)]
pub(crate) async fn replace_address(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<AddressId>,
    Json(ReturnedAddress { id: sent, address }): Json<ReturnedAddress>,
) -> Result<Json<StoredAddressView>> {
    if sent.is_some_and(|sent| sent != id) {
        return Err(Error::field("/id", ValidationError::new("mismatch", "must be the id in the path")));
    }
    let address = StoredAddress { id, address };
    shop.users.replace_address(customer.id(), &address).await?.ok_or(Error::NotFound)?;
    Ok(Json(address.into()))
}
