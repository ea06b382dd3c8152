//! `POST /v1/payment_intents/{id}`: changes what is asked for, until the money is on its way.

use super::{Caller, PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::currencies::Currency;
use crate::errors::{Mention, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;
use std::collections::BTreeMap;

/// A wish to change an intent.
pub(crate) struct UpdatePaymentIntent {
    id: String,
    amount: Option<i64>,
    currency: Option<Currency>,
    description: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl UpdatePaymentIntent {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&["amount", "currency", "description", "metadata"])?;
        Ok(Self {
            id: id.to_owned(),
            amount: params.integer_within("amount", 1, i64::MAX)?,
            currency: params.text("currency")?.map(Currency::parse).transpose()?,
            description: params.text("description")?.map(str::to_owned),
            metadata: params.map("metadata"),
        })
    }
}

impl Operation for UpdatePaymentIntent {
    /// Stripe has no event for it.
    fn perform(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get_mut(&self.id, "intent", Mention::Subject)?;
        if self.amount.is_some() {
            intent.check_changeable("amount")?;
        }
        if self.currency.is_some() {
            intent.check_changeable("currency")?;
        }
        let (amount, currency) = (self.amount.unwrap_or(intent.amount), self.currency.unwrap_or(intent.currency));
        currency.check_chargeable(amount)?;
        (intent.amount, intent.currency) = (amount, currency);
        intent.description = self.description.or_else(|| intent.description.take());
        // What is written on it stays, unless it is written anew; an empty text takes it away.
        intent.metadata.extend(self.metadata);
        intent.metadata.retain(|_, text| !text.is_empty());
        Ok(intent.to_json())
    }
}

impl PaymentIntent {
    fn check_changeable(&self, what: &str) -> Result<()> {
        match self.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation => Ok(()),
            Status::Processing | Status::Succeeded | Status::Canceled => {
                let message = format!(
                    "This PaymentIntent's {what} could not be updated because it has a status of {}. You may only \
                     update the {what} of a PaymentIntent with one of the following statuses: \
                     requires_payment_method, requires_confirmation, requires_action.",
                    self.status.name()
                );
                Err(self.unexpected_state(message, &Caller::Backend))
            }
        }
    }
}
