//! The extractor of access to single orders: a customer's to the own ones, or a guest's with the token of an order.

use super::access::{Access, Argument};
use super::extractors::Customer;
use super::single_header;
use crate::auth::OrderToken;
use crate::db::orders::OrderDoc;
use crate::domain::id::OrderId;
use crate::error::Error;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The header with the token of a guest's order.
pub(super) const ORDER_TOKEN: &str = "order-token";

/// The access of a request to single orders. With an order token, the request has no other access: a customer may follow
/// the link to the order of a guest.
#[derive(Debug)]
pub struct OrderAccess(Grant);

#[derive(Debug)]
enum Grant {
    Customer(Customer),
    /// `None` for a text that is the token of no order.
    Guest(Option<OrderToken>),
}

impl OrderAccess {
    /// Returns an order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every order that it gives no access to, as if there were none.
    pub async fn order(&self, shop: &AppState, id: OrderId) -> Result<OrderDoc, Error> {
        let found = match &self.0 {
            Grant::Customer(customer) => customer.orders(shop).get(id).await?,
            Grant::Guest(None) => None,
            Grant::Guest(Some(token)) => {
                let tokens = shop.order_tokens()?;
                shop.orders.get(id).await?.filter(|order| tokens.verify(order, token, shop.now()))
            }
        };
        found.ok_or(Error::NotFound)
    }
}

impl Argument for OrderAccess {
    const ACCESS: Access = Access::Order;
}

impl FromRequestParts<AppState> for OrderAccess {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        Ok(Self(match single_header(&parts.headers, ORDER_TOKEN)? {
            Some(token) => Grant::Guest(token.parse().ok()),
            None => Grant::Customer(Customer::from_request_parts(parts, shop).await?),
        }))
    }
}
