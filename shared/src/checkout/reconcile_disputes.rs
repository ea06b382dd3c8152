//! Reconciles a paid order with the disputes of its payment at Stripe, in case an event was lost.

use super::store_disputes::store_disputes;
use crate::db::orders::OrderDoc;
use crate::db::transaction;
use crate::domain::dispute::{Dispute, DisputeStatus, blocks_shipping};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::fail_points::{Point, fail_point};
use crate::payments::StripeError;
use crate::state::Shop;
use futures_util::FutureExt;

/// Retrieves the disputes of an order's payment and stores them, unless an event has stored a later state.
pub async fn reconcile_disputes(shop: &Shop, order: &OrderDoc) -> Result<()> {
    let Some(intent) = &order.transaction_id else { return Ok(()) };
    let disputes = match list_disputes(shop, order, intent).await {
        Ok(disputes) => disputes,
        Err(error) if error.is_key_rejected() => disputes_by_charge(shop, order, intent).await?,
        Err(error) => return Err(error.into()),
    };
    fail_point(Point::ReconcileRetrievedDisputes);
    if have_same_effect(&order.disputes, &disputes) {
        return Ok(());
    }
    let is_disputed = blocks_shipping(&disputes);
    tracing::error!(order_id = %order.id, is_disputed, "the disputes of an order differ from those at Stripe");
    let context = (shop, order, &disputes, shop.now());
    transaction::run(&shop.database, context, |session, &(shop, order, disputes, now)| {
        async move {
            match shop.orders.get_in(session, order.id).await? {
                Some(current) if current.disputes_stored == order.disputes_stored => {
                    store_disputes(shop, session, &current, disputes, now).await
                }
                _ => Ok(()),
            }
        }
        .boxed()
    })
    .await
}

/// Lists the disputes of an order's payment at Stripe.
pub(super) async fn list_disputes(shop: &Shop, order: &OrderDoc, intent: &str) -> Result<Vec<Dispute>, StripeError> {
    // As precise as the time of an event, which may report the next state within the same second.
    let now = Timestamp::from_millis(shop.now().as_seconds().saturating_mul(1000));
    let Ok(stripe) = shop.stripe() else { return Ok(order.disputes.clone()) };
    let listed = stripe.disputes(intent).await?;
    Ok(listed.into_iter().map(|dispute| dispute.of_payment(order.paid_amount(), order.paid_currency(), now)).collect())
}

/// Returns the disputes as far as the key may see them: without the permission to list disputes, the charge still shows
/// whether there ever was one. Events report the rest.
async fn disputes_by_charge(shop: &Shop, order: &OrderDoc, intent: &str) -> Result<Vec<Dispute>> {
    let was_disputed = shop.stripe()?.retrieve_intent_with_charge(intent).await?.was_disputed();
    if !was_disputed || !order.disputes.is_empty() {
        return Ok(order.disputes.clone());
    }
    let (id, amount, as_of) = (intent.to_owned(), order.paid_amount(), Timestamp::from_millis(0));
    Ok(vec![Dispute { id, amount, status: DisputeStatus::Open, as_of }])
}

/// Returns whether two states differ at most in the time at which they were retrieved.
fn have_same_effect(stored: &[Dispute], retrieved: &[Dispute]) -> bool {
    let is_known = |dispute: &Dispute| {
        stored
            .iter()
            .any(|known| (&known.id, known.amount, known.status) == (&dispute.id, dispute.amount, dispute.status))
    };
    stored.len() == retrieved.len() && retrieved.iter().all(is_known)
}
