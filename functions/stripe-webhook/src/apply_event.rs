//! Gives an event its effect, once: one transaction records its id and moves the order.

use ferrocart::checkout::{refund_owed, store_cancelled, store_payment};
use ferrocart::db::orders::{Flag, OrderDoc};
use ferrocart::db::stripe_events::EVENT_UNIQUE;
use ferrocart::db::{transaction, violated_index};
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Event, Intent};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;
use mongodb::ClientSession;

/// What an event of a payment intent says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Paid,
    Refused,
    Processing,
    Cancelled,
}

/// Gives an event its effect, unless it has had it.
pub(crate) async fn apply_event(shop: &AppState, event: &Event) -> Result<()> {
    let news = match event.kind.as_str() {
        "payment_intent.succeeded" => News::Paid,
        "payment_intent.payment_failed" => News::Refused,
        "payment_intent.processing" => News::Processing,
        "payment_intent.canceled" => News::Cancelled,
        _ => return Ok(()),
    };
    let intent = event.intent().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let Some(order) = intent.metadata.get("order_id").and_then(|id| id.parse().ok()) else {
        tracing::info!(event_id = %event.id, "an event about a payment that is none of ours");
        return Ok(());
    };
    let arrival = Arrival { shop, event, news, intent, order, now: shop.now() };
    match transaction::run(&shop.database, arrival, |session, arrival| arrival.store(session).boxed()).await {
        Ok(()) if news == News::Paid => send_back_if_owed(shop, order).await,
        // Recorded before: it has had its effect.
        Err(error) if violated_index(&error) == Some(EVENT_UNIQUE) => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Sends the money back that came for an order which could not be kept. That it is owed is stored,
/// so when it fails now the scheduled function does it later.
async fn send_back_if_owed(shop: &AppState, order: OrderId) -> Result<()> {
    let Some(order) = shop.orders.get(order).await?.filter(|order| order.flags.contains(&Flag::RefundOwed)) else {
        return Ok(());
    };
    if let Err(error) = refund_owed(shop, &order).await {
        tracing::warn!(%error, order_id = %order.id, "a refund is still owed");
    }
    Ok(())
}

/// An event that has arrived, and everything that its effect depends on.
struct Arrival<'a> {
    shop: &'a AppState,
    event: &'a Event,
    news: News,
    intent: Intent,
    order: OrderId,
    now: Timestamp,
}

impl Arrival<'_> {
    async fn store(&mut self, session: &mut ClientSession) -> Result<(), mongodb::error::Error> {
        self.shop.stripe_events.record(session, &self.event.id, &self.event.kind, self.now).await?;
        let Some(order) = self.shop.orders.get_in(session, self.order).await? else {
            tracing::warn!(order_id = %self.order, event_id = %self.event.id, "an event about an order that is not here");
            return Ok(());
        };
        if order.transaction_id.as_ref().is_some_and(|known| *known != self.intent.id) {
            tracing::error!(order_id = %order.id, event_id = %self.event.id, "an event about an intent that is not the order's");
            return self.shop.orders.flag(session, order.id, Flag::ForeignIntent, self.now).await;
        }
        match self.news {
            News::Paid => store_payment(self.shop, session, &order, &self.intent, Actor::Stripe, self.now).await,
            News::Refused => self.note(session, PaymentStatus::Failed).await,
            News::Processing => self.note(session, PaymentStatus::Processing).await,
            News::Cancelled => self.cancel(session, &order).await,
        }
    }

    async fn note(&self, session: &mut ClientSession, status: PaymentStatus) -> Result<(), mongodb::error::Error> {
        self.shop.orders.set_payment_status(session, self.order, status, self.now).await
    }

    async fn cancel(&self, session: &mut ClientSession, order: &OrderDoc) -> Result<(), mongodb::error::Error> {
        match order.go_to(OrderStatus::Cancelled, Actor::Stripe, self.now) {
            Ok(cancelled) if order.status == OrderStatus::Pending => {
                let cancelled = cancelled.with_payment(PaymentStatus::Canceled);
                store_cancelled(self.shop, session, order, &cancelled, self.now).await.map(drop)
            }
            // We cancelled it ourselves, or it was paid before and this event is late.
            _ => Ok(()),
        }
    }
}
