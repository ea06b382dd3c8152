//! `POST /v1/refunds`: all of a charge, or a part of what is left of it.

use super::Refund;
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::charges::Charge;
use crate::errors::{ApiError, Mention, Result};
use crate::events::Cause;
use crate::ids;
use crate::params::Params;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// A wish to give money back.
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
            (None, None) => return Err(ApiError::NoPaymentNamed),
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
    fn perform(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let charge = self.target.find(account)?;
        if !charge.succeeded() {
            return Err(ApiError::NothingPaid { intent: charge.payment_intent.clone() });
        }
        let amount = charge.refundable(self.amount)?;
        let before = json!({ "amount_refunded": charge.amount_refunded, "refunded": false });
        charge.amount_refunded = charge.amount_refunded.saturating_add(amount);

        let refund = Refund {
            id: ids::fresh("re_3"),
            amount,
            charge: charge.id.clone(),
            created: ids::now(),
            currency: charge.currency,
            metadata: self.metadata,
            payment_intent: charge.payment_intent.clone(),
            reason: self.reason,
            failed: false,
        };
        let (shown, charge) = (refund.to_json(), charge.to_json());
        account.refunds.insert(refund);
        account.events.record("refund.created", &shown, cause);
        account.events.record_change("charge.refunded", &charge, Some(&before), cause);
        Ok(shown)
    }
}

impl Target {
    fn find<'a>(&self, account: &'a mut Account) -> Result<&'a mut Charge> {
        let charge = match self {
            Self::Charge(id) => id.clone(),
            Self::PaymentIntent(id) => {
                let intent = account.payment_intents.get(id, "payment_intent", Mention::Subject)?;
                let latest = intent.latest_charge.clone();
                latest.ok_or_else(|| ApiError::NothingPaid { intent: id.clone() })?
            }
        };
        account.charges.get_mut(&charge, "charge", Mention::Subject)
    }
}
