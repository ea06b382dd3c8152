//! Payment intents: amounts to be paid, each with all attempts to pay it.

mod attempt;
mod authenticate_payment_intent;
mod cancel_payment_intent;
mod confirm_payment_intent;
mod create_payment_intent;
mod json;
mod list_payment_intents;
mod payment_method_types;
mod retrieve_payment_intent;
mod return_url;
mod search_payment_intents;
mod settle_payment_intent;
mod shipping;
mod update_payment_intent;

pub(crate) use authenticate_payment_intent::{AuthenticatePaymentIntent, authenticate_payment_intent};
pub(crate) use cancel_payment_intent::CancelPaymentIntent;
pub(crate) use confirm_payment_intent::ConfirmPaymentIntent;
pub(crate) use create_payment_intent::CreatePaymentIntent;
pub(crate) use list_payment_intents::list_payment_intents;
pub(crate) use retrieve_payment_intent::RetrievePaymentIntent;
pub(crate) use search_payment_intents::SearchPaymentIntents;
pub(crate) use settle_payment_intent::{SettlePaymentIntent, settle_payment_intent, settle_scheduled_payment};
pub(crate) use update_payment_intent::UpdatePaymentIntent;

use crate::currencies::Currency;
use crate::errors::{ApiError, Result};
use crate::metadata::Metadata;
use crate::payment_methods::PaymentMethod;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The maximum number of characters of a description.
const MAX_DESCRIPTION: usize = 1_000;

/// An amount that one buyer is to pay.
#[derive(Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) description: Option<String>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) livemode: bool,
    pub(crate) metadata: Metadata,
    pub(crate) receipt_email: Option<String>,
    automatic_payment_methods: Option<&'static str>,
    canceled_at: Option<i64>,
    cancellation_reason: Option<&'static str>,
    client_secret: String,
    created: i64,
    last_payment_error: Option<Value>,
    payment_method: Option<PaymentMethod>,
    payment_method_types: Vec<String>,
    return_url: Option<String>,
    /// The time from which a search finds it, in Unix seconds.
    searchable_at: i64,
    shipping: Option<Value>,
    statement_descriptor_suffix: Option<String>,
    status: Status,
}

/// The status of a payment intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// The caller of an operation. A browser has the publishable key and the client secret of one payment intent. It may
/// only retrieve and confirm that intent, and receives fewer fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Backend,
    Browser { client_secret: String },
}

impl Caller {
    fn authorize(&self, intent: &PaymentIntent) -> Result<()> {
        match self {
            Self::Browser { client_secret } if *client_secret != intent.client_secret => {
                Err(ApiError::ClientSecretMismatch)
            }
            Self::Backend | Self::Browser { .. } => Ok(()),
        }
    }
}

impl PaymentIntent {
    fn unexpected_state(&self, message: String, caller: &Caller) -> ApiError {
        ApiError::UnexpectedState { message, intent: Box::new(self.to_json_for(caller)) }
    }
}
