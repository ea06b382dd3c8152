//! How refunds end: the bank returns the money to the buyer, or sends it back to the shop.

use super::RefundStatus;
use crate::account::{Account, Object};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use serde::Deserialize;
use serde_json::Value;

/// The body of `POST /_stand-in/refunds/{id}/settle`: the end of an open refund.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettleRefund {
    outcome: RefundStatus,
}

/// Ends a refund that is pending or requires an action.
pub(crate) fn settle_refund(account: &mut Account, id: &str, request: &SettleRefund) -> Result<Value> {
    let status = account.refunds.get(id, "refund", ObjectRole::Subject)?.status;
    if !status.is_open() || request.outcome.is_open() {
        let message = format!("The refund {id} is {} and cannot become {}.", status.name(), request.outcome.name());
        return Err(ApiError::InvalidControlRequest(message));
    }
    end_refund(account, id, request.outcome, &Cause::default())
}

/// `POST /_stand-in/refunds/{id}/fail`: the bank sends the money of a refund back, even after it has succeeded.
pub(crate) fn fail_refund(account: &mut Account, id: &str) -> Result<Value> {
    settle_scheduled_refund(account, id, RefundStatus::Failed)
}

/// Ends a refund, unless it has failed or was cancelled before. The events have no causing request.
pub(crate) fn settle_scheduled_refund(account: &mut Account, id: &str, outcome: RefundStatus) -> Result<Value> {
    let status = account.refunds.get(id, "refund", ObjectRole::Subject)?.status;
    if status.is_unsuccessful() || status == outcome {
        return Err(ApiError::InvalidControlRequest(format!("The refund {id} is already {}.", status.name())));
    }
    end_refund(account, id, outcome, &Cause::default())
}

/// Stores the end of a refund. The amount of one that did not succeed is refundable again.
pub(super) fn end_refund(account: &mut Account, id: &str, outcome: RefundStatus, cause: &Cause) -> Result<Value> {
    let refund = account.refunds.get_mut(id, "refund", ObjectRole::Subject)?;
    refund.status = outcome;
    let body = refund.to_json();
    if outcome.is_unsuccessful() {
        let charge = account.charges.get_mut(&refund.charge, "charge", ObjectRole::Subject)?;
        charge.amount_refunded = charge.amount_refunded.saturating_sub(refund.amount);
    }
    let failed = (outcome == RefundStatus::Failed).then_some("refund.failed");
    for kind in ["refund.updated", "charge.refund.updated"].into_iter().chain(failed) {
        account.events.record(kind, &body, cause);
    }
    Ok(body)
}
