//! `POST /v1/payment_intents/{id}/confirm`: charges a payment method.

use super::attempt::attempt_payment;
use super::return_url::{ReturnUrl, parse_return_url};
use super::{Caller, PaymentIntent, Status};
use crate::account::Account;
use crate::api::Operation;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use crate::payment_methods::{Decline, PaymentMethod};
use serde_json::Value;

const PARAMS: [&str; 8] = [
    "client_secret",
    "key",
    "mandate_data[customer_acceptance][online][ip_address]",
    "mandate_data[customer_acceptance][online][user_agent]",
    "mandate_data[customer_acceptance][type]",
    "payment_method",
    "return_url",
    "use_stripe_sdk",
];

/// The request, from a backend or the buyer's browser.
pub(crate) struct ConfirmPaymentIntent {
    id: String,
    confirmation: Confirmation,
}

/// What a request to confirm states, also one that creates the payment intent.
pub(super) struct Confirmation {
    caller: Caller,
    payment_method: Option<String>,
    return_url: ReturnUrl,
    /// Whether the buyer has accepted a mandate, which debits require. The libraries of browsers take care of that.
    has_mandate: bool,
}

impl Confirmation {
    pub(super) fn parse(caller: Caller, params: &Params) -> Result<Self> {
        let acceptance = params.one_of("mandate_data[customer_acceptance][type]", &["online", "offline"])?;
        Ok(Self {
            has_mandate: acceptance.is_some() || caller != Caller::Backend,
            return_url: parse_return_url(params, &caller)?,
            payment_method: params.owned_text("payment_method")?,
            caller,
        })
    }

    /// Checks what does not depend on the state of the payment intent.
    pub(super) fn validate(&self, intent: &PaymentIntent) -> Result<()> {
        self.return_url.validate(intent)
    }

    /// Confirms a payment intent.
    pub(super) fn apply(self, account: &mut Account, id: &str, cause: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get(id, "intent", ObjectRole::Subject)?;
        self.caller.authorize(intent)?;
        intent.ensure_confirmable(&self.caller)?;
        self.validate(intent)?;
        let current = intent.payment_method.clone();
        let method = match &self.payment_method {
            Some(name) => Some(account.resolve_payment_method(name)?),
            None => current,
        };
        let intent = account.payment_intents.get(id, "intent", ObjectRole::Subject)?;
        let method = method.ok_or_else(|| intent.missing_payment_method(&self.caller))?;
        intent.ensure_allowed(&method)?;
        if method.instrument.kind == "us_bank_account" && !self.has_mandate {
            return Err(ApiError::MandateMissing);
        }
        let decline = attempt_payment(account, id, method, self.return_url.url(), cause)?;
        let intent = account.payment_intents.get(id, "intent", ObjectRole::Subject)?;
        match decline {
            None => Ok(intent.to_json_for(&self.caller)),
            Some(decline) => Err(intent.failure(decline, &self.caller)),
        }
    }
}

impl ConfirmPaymentIntent {
    pub(crate) fn parse(id: &str, caller: Caller, params: &Params) -> Result<Self> {
        params.allow_only(&PARAMS)?;
        Ok(Self { id: id.to_owned(), confirmation: Confirmation::parse(caller, params)? })
    }
}

impl Operation for ConfirmPaymentIntent {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        self.confirmation.apply(account, &self.id, cause)
    }
}

impl PaymentIntent {
    fn ensure_confirmable(&self, caller: &Caller) -> Result<()> {
        match self.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => Ok(()),
            Status::Succeeded => {
                let message = "You cannot confirm this PaymentIntent because it has already \
                               succeeded after being previously confirmed.";
                Err(self.unexpected_state(message.to_owned(), caller))
            }
            Status::Processing | Status::Canceled => {
                let message = format!(
                    "You cannot confirm this PaymentIntent because it has a status of {}. Only a \
                     PaymentIntent with one of the following statuses may be confirmed: \
                     requires_confirmation, requires_action.",
                    self.status.name()
                );
                Err(self.unexpected_state(message, caller))
            }
        }
    }

    fn missing_payment_method(&self, caller: &Caller) -> ApiError {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment \
                       method. You can either update the PaymentIntent with a payment method \
                       and then confirm it again, or confirm it again directly with a payment \
                       method.";
        self.unexpected_state(message.to_owned(), caller)
    }

    pub(super) fn ensure_allowed(&self, method: &PaymentMethod) -> Result<()> {
        let kind = method.instrument.kind;
        if self.payment_method_types.iter().any(|allowed| allowed == kind) {
            return Ok(());
        }
        Err(ApiError::IncompatiblePaymentMethod { kind, allowed: self.payment_method_types.join(", ") })
    }

    fn failure(&self, decline: Decline, caller: &Caller) -> ApiError {
        ApiError::PaymentFailed {
            message: decline.message,
            details: Box::new(self.last_payment_error.clone().unwrap_or_default()),
            intent: Box::new(self.to_json_for(caller)),
        }
    }
}
