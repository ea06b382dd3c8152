//! Transitions of disputes: the shop responds, an inquiry becomes a dispute, and the bank decides.

use super::{Dispute, Status};
use crate::account::{Account, Object};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use serde::Deserialize;
use serde_json::Value;

/// The body of `POST /_stand-in/disputes/{id}/close`: the decision of the bank.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseDispute {
    outcome: DisputeOutcome,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DisputeOutcome {
    Won,
    Lost,
    /// The end of an inquiry.
    WarningClosed,
}

/// `POST /_stand-in/disputes/{id}/respond`: the shop has submitted evidence.
pub(crate) fn respond_to_dispute(account: &mut Account, id: &str) -> Result<Value> {
    transition(account, id, "respond to", &["charge.dispute.updated"], |status| match status {
        Status::NeedsResponse => Some(Status::UnderReview),
        Status::WarningNeedsResponse => Some(Status::WarningUnderReview),
        _ => None,
    })
}

/// `POST /_stand-in/disputes/{id}/escalate`: the bank was not satisfied with the response to its inquiry.
pub(crate) fn escalate_dispute(account: &mut Account, id: &str) -> Result<Value> {
    let events = ["charge.dispute.updated", "charge.dispute.funds_withdrawn"];
    transition(account, id, "escalate", &events, |status| status.is_open_inquiry().then_some(Status::NeedsResponse))
}

/// Closes a dispute: as `won` or `lost`, as seen by the shop, or an inquiry as `warning_closed`.
pub(crate) fn close_dispute(account: &mut Account, id: &str, request: &CloseDispute) -> Result<Value> {
    let (outcome, events): (_, &[&'static str]) = match request.outcome {
        DisputeOutcome::Won => (Status::Won, &["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        DisputeOutcome::Lost => (Status::Lost, &["charge.dispute.closed"]),
        DisputeOutcome::WarningClosed => (Status::WarningClosed, &["charge.dispute.closed"]),
    };
    transition(account, id, "close", events, |status| {
        let is_open = match outcome {
            Status::WarningClosed => status.is_open_inquiry(),
            _ => matches!(status, Status::NeedsResponse | Status::UnderReview),
        };
        is_open.then_some(outcome)
    })
}

/// Closes the inquiries about a charge that was refunded in full.
pub(crate) fn close_inquiries(account: &mut Account, charge: &str, cause: &Cause) {
    let about_charge = |dispute: &&Dispute| dispute.charge == charge && dispute.status.is_open_inquiry();
    let ids: Vec<_> = account.disputes.newest_first().filter(about_charge).map(|it| it.id.clone()).collect();
    for id in ids {
        if let Ok(dispute) = account.disputes.get_mut(&id, "dispute", ObjectRole::Subject) {
            dispute.status = Status::WarningClosed;
            account.events.record("charge.dispute.closed", &dispute.to_json(), cause);
        }
    }
}

/// Changes the status of a dispute, moves its amount accordingly, and records these events.
fn transition(
    account: &mut Account,
    id: &str,
    action: &str,
    events: &[&'static str],
    next: impl FnOnce(Status) -> Option<Status>,
) -> Result<Value> {
    let now = account.clock.now();
    let dispute = account.disputes.get_mut(id, "dispute", ObjectRole::Subject)?;
    let Some(status) = next(dispute.status) else {
        let message = format!("Cannot {action} the dispute {id}: its status is {}.", dispute.status.name());
        return Err(ApiError::InvalidControlRequest(message));
    };
    match (dispute.status.withholds_payment(), status.withholds_payment()) {
        (false, true) => dispute.withdraw(now),
        (true, false) => dispute.reinstate(now),
        _ => {}
    }
    dispute.status = status;
    let body = dispute.to_json();
    for event in events.iter().copied() {
        account.events.record(event, &body, &Cause::default());
    }
    Ok(body)
}
