//! `POST /v1/refunds/{id}/cancel`: cancels a refund that waits for the buyer.

use super::RefundStatus;
use super::settle_refund::end_refund;
use crate::account::Account;
use crate::api::Operation;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;

/// The request.
pub(crate) struct CancelRefund {
    id: String,
}

impl CancelRefund {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&[])?;
        Ok(Self { id: id.to_owned() })
    }
}

impl Operation for CancelRefund {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let refund = account.refunds.get(&self.id, "id", ObjectRole::Subject)?;
        if refund.status != RefundStatus::RequiresAction {
            let message = format!(
                "You cannot cancel this refund because it has a status of {}. Only a refund with the status \
                 requires_action may be canceled.",
                refund.status.name()
            );
            return Err(ApiError::invalid("id", message));
        }
        end_refund(account, &self.id, RefundStatus::Canceled, cause)
    }
}
