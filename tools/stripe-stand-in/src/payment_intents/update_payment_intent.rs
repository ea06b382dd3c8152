//! `POST /v1/payment_intents/{id}`: changes amount and currency until the payment is processing, other fields always.

use super::{Caller, MAX_DESCRIPTION, PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::currencies::Currency;
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::metadata::{Metadata, merge_metadata, parse_metadata};
use crate::params::Params;
use serde_json::Value;

/// The request.
pub(crate) struct UpdatePaymentIntent {
    id: String,
    amount: Option<i64>,
    currency: Option<Currency>,
    description: Option<String>,
    metadata: Metadata,
}

impl UpdatePaymentIntent {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&["amount", "currency", "description", "metadata[*]"])?;
        Ok(Self {
            id: id.to_owned(),
            amount: params.integer_within("amount", 1, i64::MAX)?,
            currency: params.text("currency")?.map(Currency::parse).transpose()?,
            description: params.text_up_to("description", MAX_DESCRIPTION)?,
            metadata: parse_metadata(params)?,
        })
    }
}

impl Operation for UpdatePaymentIntent {
    /// Records no event, because Stripe has none for updates.
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get_mut(&self.id, "intent", ObjectRole::Subject)?;
        if self.amount.is_some() {
            intent.ensure_updatable("amount")?;
        }
        if self.currency.is_some() {
            intent.ensure_updatable("currency")?;
        }
        let (amount, currency) = (self.amount.unwrap_or(intent.amount), self.currency.unwrap_or(intent.currency));
        currency.validate_amount(amount)?;
        intent.metadata = merge_metadata(&intent.metadata, self.metadata)?;
        (intent.amount, intent.currency) = (amount, currency);
        intent.description = self.description.or_else(|| intent.description.take());
        Ok(intent.to_json())
    }
}

impl PaymentIntent {
    fn ensure_updatable(&self, field: &str) -> Result<()> {
        match self.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => Ok(()),
            Status::Processing | Status::Succeeded | Status::Canceled => {
                let message = format!(
                    "This PaymentIntent's {field} could not be updated because it has a status of {}. You may only \
                     update the {field} of a PaymentIntent with one of the following statuses: \
                     requires_payment_method, requires_confirmation, requires_action.",
                    self.status.name()
                );
                Err(self.unexpected_state(message, &Caller::Backend))
            }
        }
    }
}
