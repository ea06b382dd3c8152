//! Cancels a payment intent at Stripe, unless its payment is under way. Every cancellation of an intent goes through here.

use crate::db::orders::OrderDoc;
use crate::domain::order::Actor;
use crate::domain::payment::PaymentStatus;
use crate::error::Result;
use crate::fail_points::{Point, fail_point};
use crate::payments::{Intent, IntentStatus, StripeError};
use crate::state::Shop;

/// The state of an intent after the attempt to cancel it.
#[derive(Debug)]
pub(super) enum CancelledIntent {
    /// It cannot be paid any more.
    Canceled,
    /// It has been paid instead.
    Paid(Box<Intent>),
    /// Its payment is under way. Stripe gives the reason if it was asked to cancel it.
    Processing(Option<String>),
}

/// Cancels an intent. Only an administrator's request cancels one whose payment is under way, if Stripe allows it.
///
/// A bank debit is under way for days. Stripe may cancel it in rare cases
/// (<https://docs.stripe.com/payments/paymentintents/lifecycle>), and the buyer's payment would be lost.
pub(super) async fn cancel_intent(shop: &Shop, order: &OrderDoc, intent: &str, by: Actor) -> Result<CancelledIntent> {
    let stripe = shop.stripe()?;
    let retrieved = match stripe.retrieve_intent(intent).await {
        Ok(retrieved) => retrieved,
        // It was under way, and the key belongs to another account or mode than the payment.
        Err(missing)
            if missing.is_missing() && order.payment.status == PaymentStatus::Processing && by != Actor::Admin =>
        {
            return Ok(CancelledIntent::Processing(None));
        }
        // An intent that Stripe does not have cannot be paid.
        Err(missing) if missing.is_missing() => return Ok(CancelledIntent::Canceled),
        Err(error) => return Err(error.into()),
    };
    if retrieved.status == IntentStatus::Processing && by != Actor::Admin {
        return Ok(CancelledIntent::Processing(None));
    }
    fail_point(Point::CancelRetrievedIntent);
    match stripe.cancel_intent(intent).await {
        Ok(_) => Ok(CancelledIntent::Canceled),
        Err(error) => state_after_error(shop, intent, error).await,
    }
}

/// Whatever the cancellation request returned, the state of the intent counts: the response may be lost, the intent may
/// have been paid, or its payment may be under way since it was retrieved.
async fn state_after_error(shop: &Shop, intent: &str, error: StripeError) -> Result<CancelledIntent> {
    match shop.stripe()?.retrieve_intent(intent).await {
        Ok(Intent { status: IntentStatus::Canceled, .. }) => Ok(CancelledIntent::Canceled),
        Ok(paid @ Intent { status: IntentStatus::Succeeded, .. }) => Ok(CancelledIntent::Paid(Box::new(paid))),
        Ok(Intent { status: IntentStatus::Processing, .. }) if error.is_final() => {
            Ok(CancelledIntent::Processing(Some(error.message().to_owned())))
        }
        Ok(_) | Err(_) => Err(error.into()),
    }
}
