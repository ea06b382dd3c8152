//! The extractor of the owner of a cart: a customer, or a guest with the token of a cart.

use super::access::{Access, Argument};
use super::extractors::Customer;
use super::single_header;
use crate::auth::CartToken;
use crate::domain::id::UserId;
use crate::error::Error;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// The header with the token of a guest's cart.
pub(super) const CART_TOKEN: &str = "cart-token";

/// The owner of a cart. A request with an access token concerns the account's cart, whether or not it has a cart token.
#[derive(Debug, Clone, Copy)]
pub struct CartOwner {
    id: UserId,
    is_guest: bool,
}

impl CartOwner {
    /// Returns the id of the customer or the guest, whose cart this request may access.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Returns whether it is a guest.
    #[must_use]
    pub const fn is_guest(&self) -> bool {
        self.is_guest
    }
}

impl Argument for CartOwner {
    const ACCESS: Access = Access::Cart;
}

impl FromRequestParts<AppState> for CartOwner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        if parts.headers.contains_key(AUTHORIZATION) {
            let customer = Customer::from_request_parts(parts, shop).await?;
            return Ok(Self { id: customer.id(), is_guest: false });
        }
        let token = single_header(&parts.headers, CART_TOKEN)?.ok_or(Error::Unauthenticated)?;
        // Any other text is the token of no cart.
        let Ok(token) = token.parse::<CartToken>() else { return Err(Error::UnknownCart) };
        let id = shop.carts.guest_with_token(&token.hash()).await?.ok_or(Error::UnknownCart)?;
        Ok(Self { id, is_guest: true })
    }
}
