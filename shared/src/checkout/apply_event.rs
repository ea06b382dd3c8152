//! Applies an event of Stripe: its id is recorded and its effect stored in one transaction, so that it takes effect once.
//!
//! Stripe delivers events at least once and in any order. Events about refunds and disputes, and about payments that
//! are in progress, are therefore only a reason to retrieve the current state from Stripe; that state is stored.

mod disputes;
mod find_order;
mod payment;
mod refunds;

use crate::db::stripe_events::EVENT_UNIQUE;
use crate::db::{transaction, violated_index};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::payments::Event;
use crate::state::Shop;
use disputes::DisputesContext;
use futures_util::FutureExt;
use mongodb::ClientSession;
use payment::{PaymentEventContext, PaymentEventKind};
use refunds::RefundsContext;

/// How often the state is retrieved again because a concurrent event has stored a later one. Stripe redelivers an
/// event that fails.
const MAX_ATTEMPTS: u8 = 5;

/// Applies an event, unless it was applied before. Events about other systems' payments have no effect.
///
/// # Errors
/// Any error means that the event was not applied: Stripe must deliver it again.
pub async fn apply_event(shop: &Shop, event: &Event) -> Result<()> {
    for _ in 0..MAX_ATTEMPTS {
        let Some(effect) = prepare(shop, event).await? else { return Ok(()) };
        match record_and_apply(shop, event, &effect).await? {
            Outcome::Applied => return effect.follow_up(shop, event).await,
            Outcome::Duplicate => return Ok(()),
            Outcome::Outdated => {}
        }
    }
    Err(Error::System("the disputes of a payment keep changing"))
}

/// What an event is about, with everything that was retrieved from Stripe for it.
enum Effect {
    Payment(Box<PaymentEventContext>),
    Refunds(RefundsContext),
    Disputes(Box<DisputesContext>),
}

enum Outcome {
    Applied,
    /// The event was applied before.
    Duplicate,
    /// A later state of Stripe's was stored since this one was retrieved.
    Outdated,
}

/// Retrieves from Stripe what the event's effect depends on. No transaction is open: it could be repeated or time out.
async fn prepare(shop: &Shop, event: &Event) -> Result<Option<Effect>> {
    let payment = async |kind| Ok(payment::prepare(shop, event, kind).await?.map(Box::new).map(Effect::Payment));
    let effect: Result<Option<Effect>> = match event.kind.as_str() {
        "payment_intent.succeeded" => payment(PaymentEventKind::Succeeded).await,
        "payment_intent.payment_failed" => payment(PaymentEventKind::Failed).await,
        "payment_intent.processing" => payment(PaymentEventKind::Processing).await,
        "payment_intent.canceled" => payment(PaymentEventKind::Canceled).await,
        "charge.refunded" | "charge.refund.updated" | "refund.created" | "refund.updated" | "refund.failed" => {
            Ok(refunds::prepare(shop, event).await?.map(Effect::Refunds))
        }
        "charge.dispute.created"
        | "charge.dispute.updated"
        | "charge.dispute.closed"
        | "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated" => {
            Ok(disputes::prepare(shop, event).await?.map(Box::new).map(Effect::Disputes))
        }
        _ => return Ok(None),
    };
    let effect = effect?;
    if effect.is_none() {
        tracing::info!(event_id = %event.id, kind = event.kind, "ignored an event about a payment of another system");
    }
    Ok(effect)
}

/// Records the event and stores its effect in one transaction.
async fn record_and_apply(shop: &Shop, event: &Event, effect: &Effect) -> Result<Outcome> {
    let context = (shop, event, effect, shop.now());
    let applied = transaction::run(&shop.database, context, |session, &(shop, event, effect, now)| {
        async move {
            if !effect.is_current(shop, session).await? {
                return Ok(Outcome::Outdated);
            }
            shop.stripe_events.record(session, &event.id, &event.kind, now).await?;
            fail_point(Point::WebhookRecorded);
            effect.apply(shop, session, now).await?;
            fail_point(Point::WebhookApplied);
            Ok(Outcome::Applied)
        }
        .boxed()
    });
    let outcome = ignore_duplicate_event(applied.await)?;
    if matches!(outcome, Outcome::Applied) {
        fail_point(Point::WebhookCommitted);
    }
    Ok(outcome)
}

fn ignore_duplicate_event(applied: Result<Outcome>) -> Result<Outcome> {
    match applied {
        Err(Error::Database(error)) if violated_index(&error) == Some(EVENT_UNIQUE) => Ok(Outcome::Duplicate),
        applied => applied,
    }
}

impl Effect {
    async fn is_current(&self, shop: &Shop, session: &mut ClientSession) -> Result<bool> {
        match self {
            Self::Disputes(disputes) => disputes.is_current(shop, session).await,
            Self::Payment(_) | Self::Refunds(_) => Ok(true),
        }
    }

    async fn apply(&self, shop: &Shop, session: &mut ClientSession, now: Timestamp) -> Result<()> {
        match self {
            Self::Payment(payment) => payment.apply(shop, session, now).await,
            Self::Refunds(refunds) => refunds.apply(shop, session, now).await,
            Self::Disputes(disputes) => disputes.apply(shop, session, now).await,
        }
    }

    async fn follow_up(&self, shop: &Shop, event: &Event) -> Result<()> {
        match self {
            Self::Payment(payment) => payment.send_owed_refund(shop).await,
            Self::Disputes(disputes) => {
                disputes.log(event);
                Ok(())
            }
            Self::Refunds(_) => Ok(()),
        }
    }
}
