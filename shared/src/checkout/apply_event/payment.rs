//! Events about payment intents: the order is paid or cancelled, or its payment status changes.

use crate::checkout::apply_payment::apply_payment;
use crate::checkout::refund::{refunds_before_payment, retry_refunds};
use crate::checkout::store_cancellation::store_cancellation;
use crate::db::orders::{Flag, OrderDoc};
use crate::domain::id::OrderId;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::{PaymentFailure, PaymentStatus};
use crate::domain::refund::{Refund, StripeRefund};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::payments::{Event, Intent, IntentStatus};
use crate::state::Shop;
use mongodb::ClientSession;
use std::time::Duration;

/// A payment that is this recent cannot have been refunded by hand yet, so its refunds need not be listed.
const RECENT: Duration = Duration::from_mins(1);

/// What an event says about a payment intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PaymentEventKind {
    Succeeded,
    Failed,
    Processing,
    Canceled,
}

/// An event about a payment intent, with everything that its effect depends on.
pub(super) struct PaymentEventContext {
    kind: PaymentEventKind,
    event_id: String,
    intent: Intent,
    failure: Option<PaymentFailure>,
    refunds: Vec<StripeRefund>,
    order: OrderId,
}

/// Prepares the effect of an event; `None` when the intent is not ours.
pub(super) async fn prepare(shop: &Shop, event: &Event, kind: PaymentEventKind) -> Result<Option<PaymentEventContext>> {
    let intent = event.intent().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let Some(order) = intent.metadata.get("order_id").and_then(|id| id.parse().ok()) else { return Ok(None) };
    // Why an attempt has failed is in the event: a later attempt replaces it at Stripe.
    let failure = intent.failure();
    let is_outdated_soon = matches!(kind, PaymentEventKind::Processing | PaymentEventKind::Failed);
    let intent = if is_outdated_soon { retrieve_latest(shop, intent).await? } else { intent };
    let refunds = if kind == PaymentEventKind::Succeeded {
        early_refunds(shop, event, order, &intent).await?
    } else {
        Vec::new()
    };
    Ok(Some(PaymentEventContext { kind, event_id: event.id.clone(), intent, failure, refunds, order }))
}

/// Returns the intent as it is now: a payment that an event reports as in progress may have ended when it arrives, and a
/// new one may have begun after a failed one. If the key may not retrieve it, the event decides.
async fn retrieve_latest(shop: &Shop, intent: Intent) -> Result<Intent> {
    match shop.stripe()?.retrieve_intent(&intent.id).await {
        Err(error) if error.is_missing() || error.is_key_rejected() => Ok(intent),
        latest => Ok(latest?),
    }
}

/// Lists the refunds of a payment whose event is late and not applied yet.
async fn early_refunds(shop: &Shop, event: &Event, order: OrderId, intent: &Intent) -> Result<Vec<StripeRefund>> {
    let is_late = event.created_at().is_some_and(|created| shop.now().since(created) > RECENT);
    if !is_late || !is_unpaid(shop, order).await? {
        return Ok(Vec::new());
    }
    refunds_before_payment(shop, &intent.id).await
}

async fn is_unpaid(shop: &Shop, order: OrderId) -> Result<bool> {
    Ok(shop.orders.get(order).await?.is_some_and(|order| !order.payment.status.is_paid()))
}

impl PaymentEventContext {
    pub(super) async fn apply(&self, shop: &Shop, session: &mut ClientSession, now: Timestamp) -> Result<()> {
        let Some(order) = shop.orders.get_in(session, self.order).await? else {
            tracing::warn!(order_id = %self.order, event_id = self.event_id, "received an event about an unknown order");
            return Ok(());
        };
        if order.transaction_id.as_ref().is_some_and(|known| *known != self.intent.id) {
            tracing::error!(order_id = %order.id, event_id = self.event_id, "received an event about an intent that is not the order's");
            return Ok(shop.orders.flag(session, order.id, Flag::ForeignIntent, now).await?);
        }
        match self.kind {
            PaymentEventKind::Succeeded => {
                apply_payment(shop, session, &order, &self.intent, &self.refunds, Actor::Stripe, now).await
            }
            PaymentEventKind::Processing | PaymentEventKind::Failed => match self.intent.status {
                IntentStatus::Processing => {
                    self.set_status(shop, session, &order, PaymentStatus::Processing, None, now).await
                }
                // The intent has ended, which has an event of its own.
                IntentStatus::Succeeded | IntentStatus::Canceled => Ok(()),
                _ if self.kind == PaymentEventKind::Processing => Ok(()),
                _ => self.set_status(shop, session, &order, PaymentStatus::Failed, self.failure.as_ref(), now).await,
            },
            PaymentEventKind::Canceled => cancel(shop, session, &order, now).await,
        }
    }

    async fn set_status(
        &self,
        shop: &Shop,
        session: &mut ClientSession,
        order: &OrderDoc,
        status: PaymentStatus,
        failure: Option<&PaymentFailure>,
        now: Timestamp,
    ) -> Result<()> {
        Ok(shop.orders.set_payment_status(session, order, status, failure, now).await?)
    }

    /// Sends the refund of a payment for an order that could not be kept. It is recorded: after a failure `maintenance`
    /// retries it.
    pub(super) async fn send_owed_refund(&self, shop: &Shop) -> Result<()> {
        if self.kind != PaymentEventKind::Succeeded {
            return Ok(());
        }
        let owes = |order: &OrderDoc| order.refunds.iter().any(Refund::is_unsent);
        let Some(order) = shop.orders.get(self.order).await?.filter(owes) else { return Ok(()) };
        if let Err(error) = retry_refunds(shop, &order).await {
            tracing::warn!(%error, order_id = %order.id, "maintenance will retry a refund");
        }
        Ok(())
    }
}

async fn cancel(shop: &Shop, session: &mut ClientSession, order: &OrderDoc, now: Timestamp) -> Result<()> {
    match order.transition(OrderStatus::Cancelled, Actor::Stripe, now) {
        Ok(cancelled) => {
            let cancelled = cancelled.with_payment(PaymentStatus::Canceled);
            store_cancellation(shop, session, order, &cancelled, now).await.map(drop)
        }
        // The order was cancelled here, or paid before this event arrived.
        Err(_) => Ok(()),
    }
}
