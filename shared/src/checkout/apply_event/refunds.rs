//! Events about refunds: all refunds of the payment are listed at Stripe and reconciled with the order's ledger,
//! including those that were made in Stripe's dashboard.

use super::find_order::find_order;
use crate::checkout::refund::reconcile_refunds;
use crate::domain::id::OrderId;
use crate::domain::refund::StripeRefund;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::payments::Event;
use crate::state::Shop;
use mongodb::ClientSession;

/// The refunds that Stripe has of an order's payment.
pub(super) struct RefundsContext {
    order: OrderId,
    refunds: Vec<StripeRefund>,
}

/// Lists the refunds at Stripe; `None` when the payment is not ours.
pub(super) async fn prepare(shop: &Shop, event: &Event) -> Result<Option<RefundsContext>> {
    let Some((order, intent, _)) = find_order(shop, event).await? else { return Ok(None) };
    let refunds = match shop.stripe()?.refunds(&intent).await {
        // The key may not list refunds, or belongs to another account than the event. The event may report one itself.
        Err(error) if error.is_key_rejected() || error.is_missing() => {
            tracing::error!(order_id = %order.id, event_id = event.id, "cannot list the refunds of an order");
            event.refund().into_iter().collect()
        }
        refunds => refunds?,
    };
    Ok(Some(RefundsContext { order: order.id, refunds }))
}

impl RefundsContext {
    pub(super) async fn apply(&self, shop: &Shop, session: &mut ClientSession, now: Timestamp) -> Result<()> {
        reconcile_refunds(shop, session, self.order, &self.refunds, now).await.map(drop)
    }
}
