//! Lists the payments of orders that the database lacks, and refunds or cancels those that the operator names.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use ferrocart::AppState;
use ferrocart::db::new_id;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::order::Actor;
use ferrocart::domain::refund::{Refund, RefundStatus};
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Intent, IntentStatus};

use crate::terminal::print_status;

/// The reason of the refund of a lost order, at Stripe.
const LOST: &str = "the order was lost";

/// Payments of a group, and how much of them is paid and not refunded.
#[derive(Default)]
struct Totals {
    payments: u64,
    paid: BTreeMap<String, i64>,
}

impl Totals {
    fn add(&mut self, intent: &Intent, paid: Money) {
        self.payments = self.payments.saturating_add(1);
        if !paid.is_zero() {
            let sum = self.paid.entry(intent.currency.clone()).or_default();
            *sum = sum.saturating_add(paid.minor());
        }
    }

    /// Prints the number of payments and the sum of each currency, if there are payments.
    fn print(&self, group: &str) -> Result<()> {
        if self.payments > 0 {
            let sums = self.paid.iter().map(|(currency, sum)| format_money(Money::from_minor(*sum), currency));
            let sums: Vec<String> = sums.collect::<Result<_>>()?;
            let sums = if sums.is_empty() { "0 paid".to_owned() } else { sums.join(", ") };
            print_status(format_args!("payments of lost orders, {group}: {}, {sums}", self.payments));
        }
        Ok(())
    }
}

/// Lists the payments since a time whose orders the database lacks, and refunds or cancels the `requested` ones. Returns
/// whether none is left.
///
/// Another shop on the same Stripe account has such payments, too, and nothing at Stripe distinguishes them. So the operator
/// has to name each payment. A name that is not in the list is rejected before anything is refunded.
pub(super) async fn settle_lost_orders(
    shop: &AppState,
    since: Timestamp,
    requested: &BTreeSet<String>,
) -> Result<bool> {
    let lost = find_lost(shop, since).await?;
    if let Some(unknown) = requested.iter().find(|id| !lost.iter().any(|(_, intent)| intent.id == **id)) {
        bail!("nothing was refunded: {unknown} is no payment of a lost order since that time");
    }
    let (mut left, mut settled) = (Totals::default(), Totals::default());
    for (order, intent) in &lost {
        let number = intent.metadata.get("order_number").map_or("without a number", String::as_str);
        let report = |text: &str| print_status(format_args!("lost order {number}, payment {}: {text}", intent.id));
        let paid = refundable(shop, intent).await?;
        match intent.status {
            IntentStatus::Canceled => continue,
            IntentStatus::Succeeded if paid.is_zero() => continue,
            IntentStatus::Processing => report("under way at the bank; run this command again when it has ended"),
            _ if requested.contains(&intent.id) => {
                settle(shop, *order, intent, paid).await?;
                report(if paid.is_zero() { "cancelled" } else { "refunded" });
                settled.add(intent, paid);
                continue;
            }
            IntentStatus::Succeeded => report(&format_money(paid, &intent.currency)?),
            _ => report("unpaid, and could still be paid"),
        }
        left.add(intent, paid);
    }
    settled.print("refunded or cancelled")?;
    left.print("left")?;
    if left.payments > 0 {
        print_status(
            "Payments of another shop on the same Stripe account, and all payments if this is the wrong database, are in \
             this list, too. To refund or cancel those of this shop: --refund PAYMENT,PAYMENT",
        );
    }
    Ok(left.payments == 0)
}

async fn find_lost(shop: &AppState, since: Timestamp) -> Result<Vec<(OrderId, Intent)>> {
    let mut lost = Vec::new();
    for intent in shop.stripe()?.intents_since(since).await.context("cannot list the payments")? {
        let Some(order) = intent.metadata.get("order_id").and_then(|id| id.parse().ok()) else { continue };
        if shop.orders.get(order).await.context("cannot look up an order")?.is_none() {
            lost.push((order, intent));
        }
    }
    Ok(lost)
}

/// Refunds what is paid of a payment, or cancels an unpaid one.
async fn settle(shop: &AppState, order: OrderId, intent: &Intent, paid: Money) -> Result<()> {
    let stripe = shop.stripe()?;
    if paid.is_zero() {
        stripe.cancel_intent(&intent.id).await.with_context(|| format!("cannot cancel {}", intent.id))?;
    } else {
        let refund =
            Refund { amount: paid, reason: LOST.parse().ok(), ..Refund::new(new_id(), Actor::System, shop.now()) };
        stripe.refund(&intent.id, order, &refund).await.with_context(|| format!("cannot refund {}", intent.id))?;
    }
    Ok(())
}

/// Formats an amount of a currency, whose code Stripe writes in lower case.
fn format_money(amount: Money, currency: &str) -> Result<String> {
    let currency: Currency = currency.parse()?;
    Ok(format!("{} {} paid", amount.of(currency), currency.code()))
}

/// Returns what is left of a payment after its refunds, except those that have failed. Only a successful one can be refunded.
async fn refundable(shop: &AppState, intent: &Intent) -> Result<Money> {
    if intent.status != IntentStatus::Succeeded {
        return Ok(Money::from_minor(0));
    }
    let refunds = shop.stripe()?.refunds(&intent.id).await.context("cannot list the refunds of a payment")?;
    let refunded = refunds.iter().filter(|refund| refund.status != RefundStatus::Failed).map(|it| it.amount.minor());
    let left = refunded.fold(intent.amount_received, i64::saturating_sub);
    Ok(Money::from_minor(left.max(0)))
}
