//! Events about disputes: the order is flagged while a dispute of its payment is open or lost, so that it is not shipped.
//!
//! A payment may be disputed more than once, so the current state is retrieved from Stripe.

use super::find_order::find_order;
use crate::db::orders::OrderDoc;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::payments::{DisputeOrRefund, Event};
use crate::state::Shop;
use mongodb::ClientSession;

/// Whether the payment of an order is disputed, and the order as it was before Stripe was queried.
pub(super) struct DisputesContext {
    order: OrderDoc,
    dispute: DisputeOrRefund,
    is_disputed: bool,
}

/// Retrieves whether the payment is disputed; `None` when it is not ours.
pub(super) async fn prepare(shop: &Shop, event: &Event) -> Result<Option<DisputesContext>> {
    let Some((order, intent, dispute)) = find_order(shop, event).await? else { return Ok(None) };
    let is_disputed = shop.stripe()?.is_disputed(&intent).await?;
    Ok(Some(DisputesContext { order, dispute, is_disputed }))
}

impl DisputesContext {
    /// Returns whether no other response about the order's disputes was stored since this one was requested.
    pub(super) async fn is_current(&self, shop: &Shop, session: &mut ClientSession) -> Result<bool> {
        let current = shop.orders.get_in(session, self.order.id).await?;
        Ok(current.is_some_and(|current| current.disputes_stored == self.order.disputes_stored))
    }

    pub(super) async fn apply(&self, shop: &Shop, session: &mut ClientSession, now: Timestamp) -> Result<()> {
        Ok(shop.orders.store_disputes(session, self.order.id, self.is_disputed, now).await?)
    }

    pub(super) fn log(&self, event: &Event) {
        let (order_id, kind, dispute_id) = (self.order.id, event.kind.as_str(), self.dispute.id.as_str());
        let (status, reason) = (self.dispute.status.as_deref(), self.dispute.reason.as_deref());
        if self.is_disputed {
            tracing::error!(%order_id, dispute_id, kind, status, reason, "the payment of an order is disputed");
        } else {
            tracing::info!(%order_id, dispute_id, kind, status, reason, "the payment of an order is no longer disputed");
        }
    }
}
