//! Gives an event of a payment intent its effect: in one transaction its id is recorded and the
//! order is moved.

use crate::apply_event::take_effect_once;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{finish_refunds, store_cancelled, store_payment};
use ferrocart::db::orders::{Flag, OrderDoc};
use ferrocart::db::transaction;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::{Refund, TakenRefund};
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Event, Intent, IntentStatus};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;
use mongodb::ClientSession;
use std::time::Duration;

/// An event that is not older tells of a payment that nobody has had the time to refund by hand.
const IN_TIME: Duration = Duration::from_mins(1);

/// What an event of a payment intent says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Paid,
    Refused,
    Processing,
    Cancelled,
}

/// Gives an event of a payment intent its effect.
pub(crate) async fn apply_payment(shop: &AppState, event: &Event, news: News) -> Result<()> {
    let intent = event.intent().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let Some(order) = intent.metadata.get("order_id").and_then(|id| id.parse().ok()) else {
        tracing::info!(event_id = %event.id, "an event about a payment that is none of ours");
        return Ok(());
    };
    let intent = if news == News::Processing { latest(shop, intent).await? } else { intent };
    let refunds = if news == News::Paid { early_refunds(shop, event, order, &intent).await? } else { Vec::new() };
    let arrival = Arrival { shop, event, news, intent, refunds, order, now: shop.now() };
    let stored = transaction::run(&shop.database, arrival, |session, arrival| arrival.store(session).boxed()).await;
    let is_new = take_effect_once(stored)?;
    if is_new && news == News::Paid { send_back_if_owed(shop, order).await } else { Ok(()) }
}

/// How far the payment has come by now: what an event says of one that goes on may be over when it arrives.
async fn latest(shop: &AppState, intent: Intent) -> Result<Intent> {
    match shop.stripe()?.retrieve_intent(&intent.id).await {
        Err(error) if error.is_missing() => Ok(intent),
        latest => Ok(latest?),
    }
}

/// The refunds that somebody has made at Stripe of a payment of which we hear late. Of one of which
/// we hear in time there are none: nobody is that fast, and Stripe need not be asked.
async fn early_refunds(shop: &AppState, event: &Event, order: OrderId, intent: &Intent) -> Result<Vec<TakenRefund>> {
    let is_late = event.created_at().is_some_and(|created| shop.now().since(created) > IN_TIME);
    if !is_late || !is_news(shop, order).await? {
        return Ok(Vec::new());
    }
    match shop.stripe()?.refunds(&intent.id).await {
        Err(error) if error.is_missing() => Ok(Vec::new()),
        refunds => Ok(refunds?),
    }
}

/// Whether there is such an order, and it is not known to be paid.
async fn is_news(shop: &AppState, order: OrderId) -> Result<bool> {
    Ok(shop.orders.get(order).await?.is_some_and(|order| !order.payment.status.is_paid()))
}

/// Sends the money back that came for an order which could not be kept. That it is owed is stored,
/// so when it fails now the scheduled function does it later.
async fn send_back_if_owed(shop: &AppState, order: OrderId) -> Result<()> {
    let owes = |order: &OrderDoc| order.refunds.iter().any(Refund::is_unsent);
    let Some(order) = shop.orders.get(order).await?.filter(owes) else { return Ok(()) };
    if let Err(error) = finish_refunds(shop, &order).await {
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
    refunds: Vec<TakenRefund>,
    order: OrderId,
    now: Timestamp,
}

impl Arrival<'_> {
    async fn store(&mut self, session: &mut ClientSession) -> Result<(), mongodb::error::Error> {
        self.shop.stripe_events.record(session, &self.event.id, &self.event.kind, self.now).await?;
        point(Point::WebhookRecorded);
        self.take_effect(session).await?;
        point(Point::WebhookApplied);
        Ok(())
    }

    async fn take_effect(&self, session: &mut ClientSession) -> Result<(), mongodb::error::Error> {
        let Some(order) = self.shop.orders.get_in(session, self.order).await? else {
            tracing::warn!(order_id = %self.order, event_id = %self.event.id, "an event about an order that is not here");
            return Ok(());
        };
        if order.transaction_id.as_ref().is_some_and(|known| *known != self.intent.id) {
            tracing::error!(order_id = %order.id, event_id = %self.event.id, "an event about an intent that is not the order's");
            return self.shop.orders.flag(session, order.id, Flag::ForeignIntent, self.now).await;
        }
        match self.news {
            News::Paid => {
                let Self { shop, intent, refunds, now, .. } = self;
                store_payment(shop, session, &order, intent, refunds, Actor::Stripe, *now).await
            }
            News::Refused => self.note(session, PaymentStatus::Failed).await,
            News::Processing if self.intent.status == IntentStatus::Processing => {
                self.note(session, PaymentStatus::Processing).await
            }
            // What came after it has an event of its own.
            News::Processing => Ok(()),
            News::Cancelled => self.cancel(session, &order).await,
        }
    }

    async fn note(&self, session: &mut ClientSession, status: PaymentStatus) -> Result<(), mongodb::error::Error> {
        self.shop.orders.set_payment_status(session, self.order, status, self.now).await
    }

    async fn cancel(&self, session: &mut ClientSession, order: &OrderDoc) -> Result<(), mongodb::error::Error> {
        match order.go_to(OrderStatus::Cancelled, Actor::Stripe, self.now) {
            Ok(cancelled) => {
                let cancelled = cancelled.with_payment(PaymentStatus::Canceled);
                store_cancelled(self.shop, session, order, &cancelled, self.now).await.map(drop)
            }
            // We cancelled it ourselves, or it was paid before and this event is late.
            Err(_) => Ok(()),
        }
    }
}
