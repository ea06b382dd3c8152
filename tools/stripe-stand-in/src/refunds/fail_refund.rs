//! `POST /_stand-in/refunds/{id}/fail`: the buyer's bank sends the money of a refund back.

use crate::account::{Account, Object};
use crate::errors::{ApiError, Mention, Result};
use crate::events::Cause;
use serde_json::Value;

/// Undoes a refund: the charge has its money again. No call causes the events.
pub(crate) fn fail_refund(account: &mut Account, id: &str) -> Result<Value> {
    let refund = account.refunds.get_mut(id, "refund", Mention::Subject)?;
    if refund.failed {
        return Err(ApiError::UnreadableOrder(format!("The refund {id} has failed already.")));
    }
    refund.failed = true;
    let shown = refund.to_json();
    let charge = account.charges.get_mut(&refund.charge, "charge", Mention::Subject)?;
    charge.amount_refunded = charge.amount_refunded.saturating_sub(refund.amount);
    for kind in ["refund.updated", "charge.refund.updated", "refund.failed"] {
        account.events.record(kind, &shown, &Cause::default());
    }
    Ok(shown)
}
