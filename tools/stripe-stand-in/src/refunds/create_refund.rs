//! `POST /v1/refunds`: refunds a charge, completely or in part.

use super::Refund;
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::charges::Charge;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use crate::params::Params;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// The request.
pub(crate) struct CreateRefund {
    target: Target,
    amount: Option<i64>,
    reason: Option<&'static str>,
    metadata: BTreeMap<String, String>,
}

enum Target {
    Charge(String),
    PaymentIntent(String),
}

impl CreateRefund {
    pub(crate) fn parse(params: &Params) -> Result<Self> {
        params.allow_only(&["payment_intent", "charge", "amount", "reason", "metadata"])?;
        let target = match (params.text("charge")?, params.text("payment_intent")?) {
            (Some(charge), _) => Target::Charge(charge.to_owned()),
            (None, Some(intent)) => Target::PaymentIntent(intent.to_owned()),
            (None, None) => return Err(ApiError::MissingPaymentReference),
        };
        Ok(Self {
            target,
            amount: params.integer_within("amount", 1, i64::MAX)?,
            reason: params.one_of("reason", &REASONS)?,
            metadata: params.map("metadata"),
        })
    }
}

impl Operation for CreateRefund {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let now = account.clock.now();
        let charge = self.target.find(account)?;
        if !charge.succeeded() {
            return Err(ApiError::NoSuccessfulCharge { intent: charge.payment_intent.clone() });
        }
        let amount = charge.refund_amount(self.amount)?;
        let before = json!({ "amount_refunded": charge.amount_refunded, "refunded": false });
        charge.amount_refunded = charge.amount_refunded.saturating_add(amount);

        let refund = Refund {
            id: ids::random_id("re_3"),
            amount,
            charge: charge.id.clone(),
            created: now,
            currency: charge.currency,
            metadata: self.metadata,
            payment_intent: charge.payment_intent.clone(),
            reason: self.reason,
            failed: false,
        };
        let (body, charge) = (refund.to_json(), charge.to_json());
        account.refunds.insert(refund);
        account.events.record("refund.created", &body, cause);
        account.events.record_change("charge.refunded", &charge, Some(&before), cause);
        Ok(body)
    }
}

impl Target {
    fn find<'a>(&self, account: &'a mut Account) -> Result<&'a mut Charge> {
        let charge = match self {
            Self::Charge(id) => id.clone(),
            Self::PaymentIntent(id) => {
                let intent = account.payment_intents.get(id, "payment_intent", ObjectRole::Subject)?;
                let latest = intent.latest_charge.clone();
                latest.ok_or_else(|| ApiError::NoSuccessfulCharge { intent: id.clone() })?
            }
        };
        account.charges.get_mut(&charge, "charge", ObjectRole::Subject)
    }
}
