//! Events about disputes: the order is flagged while a dispute of its payment is open or lost, so that it is not shipped.
//!
//! A payment may be disputed more than once, so the current state is retrieved from Stripe.

use super::find_order::find_order;
use crate::checkout::reconcile_disputes::list_disputes;
use crate::checkout::store_disputes::store_disputes;
use crate::db::orders::OrderDoc;
use crate::domain::dispute::{Dispute, blocks_shipping, merge};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::payments::{DisputeOrRefund, Event};
use crate::state::Shop;
use mongodb::ClientSession;

/// The disputes of an order's payment, and the order as it was before Stripe was queried.
pub(super) struct DisputesContext {
    order: OrderDoc,
    subject: DisputeOrRefund,
    disputes: Vec<Dispute>,
}

/// Retrieves the disputes of the payment; `None` when it is not ours.
pub(super) async fn prepare(shop: &Shop, event: &Event) -> Result<Option<DisputesContext>> {
    let Some((order, intent, subject)) = find_order(shop, event).await? else { return Ok(None) };
    let disputes = match list_disputes(shop, &order, &intent).await {
        // The key may not list disputes, or belongs to another account than the event. The event itself reports one.
        Err(error) if error.is_key_rejected() || error.is_missing() => disputes_by_event(shop, &order, &intent, event)?,
        listed => listed?,
    };
    Ok(Some(DisputesContext { order, subject, disputes }))
}

/// Returns the known disputes with the one that the event reports.
fn disputes_by_event(shop: &Shop, order: &OrderDoc, intent: &str, event: &Event) -> Result<Vec<Dispute>> {
    let reported = event.dispute().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let as_of = event.created_at().unwrap_or_else(|| shop.now());
    let mut disputes = order.disputes.clone();
    merge(&mut disputes, intent, reported.of_payment(order.paid_amount(), order.paid_currency(), as_of));
    Ok(disputes)
}

impl DisputesContext {
    /// Returns whether no other state of the order's disputes was stored since this one was requested.
    pub(super) async fn is_current(&self, shop: &Shop, session: &mut ClientSession) -> Result<bool> {
        let current = shop.orders.get_in(session, self.order.id).await?;
        Ok(current.is_some_and(|current| current.disputes_stored == self.order.disputes_stored))
    }

    pub(super) async fn apply(&self, shop: &Shop, session: &mut ClientSession, now: Timestamp) -> Result<()> {
        let Some(order) = shop.orders.get_in(session, self.order.id).await? else { return Ok(()) };
        store_disputes(shop, session, &order, &self.disputes, now).await
    }

    pub(super) fn log(&self, event: &Event) {
        let (order_id, kind, dispute_id) = (self.order.id, event.kind.as_str(), self.subject.id.as_str());
        let (status, reason) = (self.subject.status.as_deref(), self.subject.reason.as_deref());
        if blocks_shipping(&self.disputes) {
            tracing::error!(%order_id, dispute_id, kind, status, reason, "the payment of an order is disputed");
        } else {
            tracing::info!(%order_id, dispute_id, kind, status, reason, "the payment of an order is no longer disputed");
        }
    }
}
