//! `POST /_stand-in/refunds/{id}/fail`: the bank returns the money of a succeeded refund.

use crate::account::{Account, Object};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use serde_json::Value;

/// Marks a refund as failed, which makes its amount refundable again. The events have no causing request.
pub(crate) fn fail_refund(account: &mut Account, id: &str) -> Result<Value> {
    let refund = account.refunds.get_mut(id, "refund", ObjectRole::Subject)?;
    if refund.failed {
        return Err(ApiError::InvalidControlRequest(format!("The refund {id} has already failed.")));
    }
    refund.failed = true;
    let body = refund.to_json();
    let charge = account.charges.get_mut(&refund.charge, "charge", ObjectRole::Subject)?;
    charge.amount_refunded = charge.amount_refunded.saturating_sub(refund.amount);
    for kind in ["refund.updated", "charge.refund.updated", "refund.failed"] {
        account.events.record(kind, &body, &Cause::default());
    }
    Ok(body)
}
