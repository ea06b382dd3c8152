//! `POST /v1/refunds`: refunds a charge, completely or in part.

use super::{Refund, RefundStatus};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::charges::Charge;
use crate::disputes::close_inquiries;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use crate::metadata::{Metadata, merge_metadata, parse_metadata};
use crate::params::Params;
use crate::payment_methods::{Instrument, Sequel};
use crate::schedule::Task;
use serde_json::{Value, json};

/// The time in which a bank completes or fails a refund, in seconds.
const BANK_SECONDS: i64 = 5 * 24 * 60 * 60;
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// The request.
pub(crate) struct CreateRefund {
    target: Target,
    amount: Option<i64>,
    reason: Option<&'static str>,
    metadata: Metadata,
}

enum Target {
    Charge(String),
    PaymentIntent(String),
}

impl CreateRefund {
    pub(crate) fn parse(params: &Params) -> Result<Self> {
        params.allow_only(&["payment_intent", "charge", "amount", "reason", "metadata[*]"])?;
        let target = match (params.text("charge")?, params.text("payment_intent")?) {
            (Some(_), Some(_)) => return Err(ApiError::exclusive("charge", "payment_intent")),
            (Some(charge), None) => Target::Charge(charge.to_owned()),
            (None, Some(intent)) => Target::PaymentIntent(intent.to_owned()),
            (None, None) => return Err(ApiError::MissingPaymentReference),
        };
        Ok(Self {
            target,
            amount: params.integer_within("amount", 1, i64::MAX)?,
            reason: params.one_of("reason", &REASONS)?,
            metadata: merge_metadata(&Metadata::new(), parse_metadata(params)?)?,
        })
    }
}

impl Operation for CreateRefund {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let now = account.clock.now();
        let charge = self.target.find(account)?;
        let is_charged_back = account.is_charged_back(&charge);
        let chosen_status = account.behavior.refund_status;
        let charge = account.charges.get_mut(&charge, "charge", ObjectRole::Subject)?;
        if !charge.succeeded() {
            return Err(ApiError::NoSuccessfulCharge { intent: charge.payment_intent.clone() });
        }
        if is_charged_back {
            return Err(ApiError::ChargeDisputed { charge: charge.id.clone() });
        }
        let amount = charge.refund_amount(self.amount)?;
        charge.currency.validate_last_digits(amount)?;
        let before = json!({ "amount_refunded": charge.amount_refunded, "refunded": false });
        charge.amount_refunded = charge.amount_refunded.saturating_add(amount);

        let (status, later) = first_and_later_status(charge);
        let refund = Refund {
            id: ids::random_id("re_3"),
            amount,
            charge: charge.id.clone(),
            created: now,
            currency: charge.currency,
            metadata: self.metadata,
            payment_intent: charge.payment_intent.clone(),
            reason: self.reason,
            payment_method_kind: charge.payment_method.instrument.kind,
            status: chosen_status.unwrap_or(status),
        };
        let (id, body, charge_body) = (refund.id.clone(), refund.to_json(), charge.to_json());
        let fully_refunded = (charge.unrefunded_amount() == 0).then(|| charge.id.clone());
        account.refunds.insert(refund);
        account.events.record("refund.created", &body, cause);
        account.events.record_change("charge.refunded", &charge_body, Some(&before), cause);
        if let Some(charge) = fully_refunded {
            close_inquiries(account, &charge, cause);
        }
        if let (Some(outcome), None) = (later, chosen_status) {
            account.schedule(BANK_SECONDS, Task::SettleRefund { refund: id, outcome });
        }
        Ok(body)
    }
}

/// Returns the status of a new refund, and the status that its bank gives it later. A bank account receives its money
/// days later.
fn first_and_later_status(charge: &Charge) -> (RefundStatus, Option<RefundStatus>) {
    let Instrument { kind, sequel, .. } = &charge.payment_method.instrument;
    match (*kind, sequel) {
        (_, Some(Sequel::FailingRefund)) => (RefundStatus::Succeeded, Some(RefundStatus::Failed)),
        (_, Some(Sequel::PendingRefund)) | ("us_bank_account", _) => {
            (RefundStatus::Pending, Some(RefundStatus::Succeeded))
        }
        _ => (RefundStatus::Succeeded, None),
    }
}

impl Target {
    /// Returns the id of the charge.
    fn find(&self, account: &Account) -> Result<String> {
        match self {
            Self::Charge(id) => Ok(id.clone()),
            Self::PaymentIntent(id) => {
                let intent = account.payment_intents.get(id, "payment_intent", ObjectRole::Subject)?;
                let latest = intent.latest_charge.clone();
                latest.ok_or_else(|| ApiError::NoSuccessfulCharge { intent: id.clone() })
            }
        }
    }
}
