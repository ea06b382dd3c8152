//! Takes over from Stripe what has happened since the backup.

use std::time::Duration;

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use ferrocart::checkout::apply_event;
use ferrocart::db::new_id;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::order::Actor;
use ferrocart::domain::refund::{Refund, RefundStatus};
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Intent, IntentStatus};

use crate::terminal::print_status;

/// How long Stripe keeps events (<https://docs.stripe.com/api/events>).
const EVENT_RETENTION: Duration = Duration::from_hours(30 * 24);
/// The reason of the refund of a lost order, at Stripe.
const LOST: &str = "the order was lost";

/// Applies the events since a time in their order. Returns whether all of them could be applied.
pub(super) async fn apply_events(shop: &AppState, since: Timestamp) -> Result<bool> {
    let events = shop.stripe()?.events_since(since).await;
    let events = events.context("cannot list the events: the key needs the permission *Events: Read*")?;
    let mut failed = 0_u64;
    for event in &events {
        if let Err(error) = apply_event(shop, event).await {
            print_status(format_args!("the event {} ({}) cannot be applied: {error}", event.id, event.kind));
            failed = failed.saturating_add(1);
        }
    }
    print_status(format_args!("events of Stripe: {}, not applied: {failed}", events.len()));
    let is_retained = shop.now().since(since) <= EVENT_RETENTION;
    if !is_retained {
        print_status("Stripe keeps events for 30 days: compare older payments and refunds by hand");
    }
    Ok(failed == 0 && is_retained)
}

/// Lists the payments since a time whose orders the database lacks; refunds or cancels them if `refunds`. Returns whether
/// none is left.
pub(super) async fn settle_lost_orders(shop: &AppState, since: Timestamp, refunds: bool) -> Result<bool> {
    let intents = shop.stripe()?.intents_since(since).await.context("cannot list the payments")?;
    let mut left = 0_u64;
    for intent in &intents {
        let Some(order) = intent.metadata.get("order_id").and_then(|id| id.parse::<OrderId>().ok()) else { continue };
        if shop.orders.get(order).await.context("cannot look up an order")?.is_none()
            && !settle(shop, order, intent, refunds).await?
        {
            left = left.saturating_add(1);
        }
    }
    if left > 0 && !refunds {
        print_status(format_args!("payments of lost orders: {left}; refund or cancel them with --refund-lost-orders"));
    }
    Ok(left == 0)
}

/// Returns whether nothing is left to do for the payment of a lost order.
async fn settle(shop: &AppState, order: OrderId, intent: &Intent, refunds: bool) -> Result<bool> {
    let stripe = shop.stripe()?;
    let number = intent.metadata.get("order_number").map_or("without a number", String::as_str);
    let report = |text: &str| print_status(format_args!("lost order {number}, payment {}: {text}", intent.id));
    match intent.status {
        IntentStatus::Canceled => Ok(true),
        IntentStatus::Processing => {
            report("under way at the bank; run this command again when it has ended");
            Ok(false)
        }
        IntentStatus::Succeeded => {
            let amount = refundable(shop, intent).await?;
            if amount.is_zero() {
                return Ok(true);
            }
            if !refunds {
                report(&shown(amount, &intent.currency)?);
                return Ok(false);
            }
            let reason = LOST.parse().ok();
            let refund = Refund { amount, reason, ..Refund::new(new_id(), Actor::System, shop.now()) };
            stripe.refund(&intent.id, order, &refund).await.with_context(|| format!("cannot refund {}", intent.id))?;
            report("refunded");
            Ok(true)
        }
        _ if refunds => {
            stripe.cancel_intent(&intent.id).await.with_context(|| format!("cannot cancel {}", intent.id))?;
            report("cancelled");
            Ok(true)
        }
        _ => {
            report("unpaid, and could still be paid");
            Ok(false)
        }
    }
}

/// Formats an amount of a currency, whose code Stripe writes in lower case.
fn shown(amount: Money, currency: &str) -> Result<String> {
    let currency: Currency = currency.parse()?;
    Ok(format!("{} {} paid", amount.of(currency), currency.code()))
}

/// Returns what is left of a payment after its refunds, except those that have failed.
async fn refundable(shop: &AppState, intent: &Intent) -> Result<Money> {
    let refunds = shop.stripe()?.refunds(&intent.id).await.context("cannot list the refunds of a payment")?;
    let refunded = refunds.iter().filter(|refund| refund.status != RefundStatus::Failed).map(|it| it.amount.minor());
    let left = refunded.fold(intent.amount_received, i64::saturating_sub);
    Ok(Money::from_minor(left.max(0)))
}
