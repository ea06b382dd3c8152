//! Decides whether a cart may be ordered, before any stock is reserved.

use super::attempt::CheckoutAttempt;
use crate::domain::cart::check_total;
use crate::domain::money::Money;
use crate::error::{Error, Result};
use crate::state::Shop;
use std::time::Duration;

/// The wait before another attempt from a network with too many unpaid orders: `maintenance` cancels expired ones every
/// minute.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// Admits an attempt.
///
/// # Errors
/// [`Error::TooManyUnpaidOrders`] of the buyer, [`Error::RateLimited`] for those of the network, and
/// [`Error::UnpayableTotal`].
pub(super) fn admit(shop: &Shop, attempt: &CheckoutAttempt) -> Result<()> {
    let config = &shop.config;
    let is_reached = |limit: u32, count: usize| limit > 0 && u32::try_from(count).is_ok_and(|count| count >= limit);
    if is_reached(config.max_unpaid_orders, attempt.unpaid_of_buyer.len()) {
        return Err(Error::TooManyUnpaidOrders(attempt.unpaid_of_buyer.clone()));
    }
    if is_reached(config.max_unpaid_orders_per_address, attempt.unpaid_of_network) {
        return Err(Error::RateLimited { retry_after: RETRY_AFTER.as_secs() });
    }
    // A line that is not for sale has no price. The reservation reports it.
    attempt.current_total.map_or(Ok(()), |total| check_payable(shop, total))
}

/// Checks that Stripe can charge a total.
pub(super) fn check_payable(shop: &Shop, total: Money) -> Result<()> {
    Ok(check_total(total, shop.config.currency, shop.config.minimum_total)?)
}
