//! Decides whether a cart may be ordered: before any stock is reserved, and again at the prices that were reserved.

use super::attempt::CheckoutAttempt;
use crate::domain::cart::check_total;
use crate::domain::money::Money;
use crate::error::{Error, Result};
use crate::state::Shop;
use std::time::Duration;

/// The wait before another attempt from a network with too many unpaid orders: `maintenance` cancels expired ones every
/// minute.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// Admits an attempt with this total, first of the cart's prices and later of the reserved ones. A line that is not for
/// sale has no price and makes the total absent; the reservation reports it.
///
/// # Errors
/// [`Error::TooManyUnpaidOrders`] of the buyer, [`Error::RateLimited`] for those of the network, and
/// [`Error::UnpayableTotal`].
pub(super) fn admit(shop: &Shop, attempt: &CheckoutAttempt, total: Option<Money>) -> Result<()> {
    // A free order is paid when it is placed.
    if total.is_some_and(Money::is_zero) {
        return Ok(());
    }
    let config = &shop.config;
    let is_reached = |limit: u32, count: usize| limit > 0 && u32::try_from(count).is_ok_and(|count| count >= limit);
    if is_reached(config.max_unpaid_orders, attempt.unpaid_of_buyer.len()) {
        return Err(Error::TooManyUnpaidOrders(attempt.unpaid_of_buyer.clone()));
    }
    if is_reached(config.max_unpaid_orders_per_address, attempt.unpaid_of_network) {
        return Err(Error::RateLimited { retry_after: RETRY_AFTER.as_secs() });
    }
    total.map_or(Ok(()), |total| Ok(check_total(total, config.currency, config.minimum_total)?))
}
