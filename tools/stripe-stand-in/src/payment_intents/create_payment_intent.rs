//! `POST /v1/payment_intents`: creates a payment intent, and confirms it if `confirm=true`.

use super::confirm_payment_intent::Confirmation;
use super::payment_method_types::PaymentMethodTypes;
use super::shipping::parse_shipping;
use super::{Caller, MAX_DESCRIPTION, PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::currencies::Currency;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use crate::metadata::{Metadata, merge_metadata, parse_metadata};
use crate::params::Params;
use serde_json::Value;

const PARAMS: [&str; 23] = [
    "amount",
    "automatic_payment_methods[allow_redirects]",
    "automatic_payment_methods[enabled]",
    "confirm",
    "currency",
    "description",
    "mandate_data[customer_acceptance][online][ip_address]",
    "mandate_data[customer_acceptance][online][user_agent]",
    "mandate_data[customer_acceptance][type]",
    "metadata[*]",
    "payment_method",
    "payment_method_types[]",
    "receipt_email",
    "return_url",
    "shipping[address][city]",
    "shipping[address][country]",
    "shipping[address][line1]",
    "shipping[address][line2]",
    "shipping[address][postal_code]",
    "shipping[address][state]",
    "shipping[name]",
    "shipping[phone]",
    "statement_descriptor_suffix",
];
/// The maximum number of characters of a suffix, and characters that it must not contain
/// (<https://docs.stripe.com/get-started/account/statement-descriptors>).
const MAX_SUFFIX: usize = 22;
const FORBIDDEN_IN_SUFFIX: [char; 6] = ['<', '>', '\\', '\'', '"', '*'];

/// The request.
pub(crate) struct CreatePaymentIntent {
    amount: i64,
    confirmation: Option<Confirmation>,
    currency: Currency,
    description: Option<String>,
    metadata: Metadata,
    payment_method: Option<String>,
    payment_method_types: PaymentMethodTypes,
    receipt_email: Option<String>,
    shipping: Option<Value>,
    statement_descriptor_suffix: Option<String>,
}

impl CreatePaymentIntent {
    pub(crate) fn parse(params: &Params) -> Result<Self> {
        params.allow_only(&PARAMS)?;
        let amount = params.integer_within("amount", 1, i64::MAX)?.ok_or(ApiError::MissingParam { param: "amount" })?;
        let currency = Currency::parse(params.required("currency")?)?;
        currency.validate_amount(amount)?;
        let confirm = params.boolean("confirm")?.unwrap_or(false);
        if !confirm && params.contains("return_url") {
            let message = "The parameter `return_url` cannot be passed when creating a PaymentIntent unless `confirm` \
                           is set to true.";
            return Err(ApiError::invalid("return_url", message));
        }
        Ok(Self {
            amount,
            confirmation: confirm.then(|| Confirmation::parse(Caller::Backend, params)).transpose()?,
            currency,
            description: params.text_up_to("description", MAX_DESCRIPTION)?,
            metadata: merge_metadata(&Metadata::new(), parse_metadata(params)?)?,
            payment_method: params.owned_text("payment_method")?,
            payment_method_types: PaymentMethodTypes::parse(params, currency)?,
            receipt_email: receipt_email(params)?,
            shipping: parse_shipping(params)?,
            statement_descriptor_suffix: statement_descriptor_suffix(params)?,
        })
    }
}

impl Operation for CreatePaymentIntent {
    fn execute(mut self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let confirmation = self.confirmation.take();
        let intent = self.into_intent(account)?;
        if let Some(confirmation) = &confirmation {
            confirmation.validate(&intent)?;
        }
        let id = intent.id.clone();
        account.events.record("payment_intent.created", &intent.to_json(), cause);
        account.payment_intents.insert(intent);
        match confirmation {
            Some(confirmation) => confirmation.apply(account, &id, cause),
            None => Ok(account.payment_intents.get(&id, "intent", ObjectRole::Subject)?.to_json()),
        }
    }
}

impl CreatePaymentIntent {
    fn into_intent(self, account: &mut Account) -> Result<PaymentIntent> {
        let payment_method = self.payment_method.map(|name| account.resolve_payment_method(&name)).transpose()?;
        let status = match payment_method {
            Some(_) => Status::RequiresConfirmation,
            None => Status::RequiresPaymentMethod,
        };
        let id = ids::random_id("pi_3");
        let intent = PaymentIntent {
            client_secret: ids::random_id(&format!("{id}_secret_")),
            id,
            amount: self.amount,
            currency: self.currency,
            description: self.description,
            latest_charge: None,
            livemode: account.livemode,
            metadata: self.metadata,
            receipt_email: self.receipt_email,
            automatic_payment_methods: self.payment_method_types.automatic,
            canceled_at: None,
            cancellation_reason: None,
            created: account.clock.now(),
            last_payment_error: None,
            payment_method,
            payment_method_types: self.payment_method_types.kinds,
            return_url: None,
            shipping: self.shipping,
            searchable_at: account.clock.now().saturating_add(account.behavior.search_delay_seconds),
            statement_descriptor_suffix: self.statement_descriptor_suffix,
            status,
        };
        if let Some(method) = &intent.payment_method {
            intent.ensure_allowed(method)?;
        }
        Ok(intent)
    }
}

fn receipt_email(params: &Params) -> Result<Option<String>> {
    let email = params.text_up_to("receipt_email", 800)?;
    let is_valid = |email: &str| {
        let parts = email.rsplit_once('@');
        !email.contains(char::is_whitespace)
            && parts.is_some_and(|(user, domain)| !user.is_empty() && domain.split('.').all(|part| !part.is_empty()))
    };
    match email {
        Some(email) if !is_valid(&email) => {
            Err(ApiError::invalid("receipt_email", format!("Invalid email address: {email}")))
        }
        email => Ok(email),
    }
}

fn statement_descriptor_suffix(params: &Params) -> Result<Option<String>> {
    let invalid = |message: &str| Err(ApiError::invalid("statement_descriptor_suffix", message));
    match params.owned_text("statement_descriptor_suffix")? {
        Some(suffix) if suffix.chars().count() > MAX_SUFFIX => {
            invalid("The statement descriptor suffix must be at most 22 characters.")
        }
        Some(suffix) if suffix.contains(FORBIDDEN_IN_SUFFIX) => {
            invalid("The statement descriptor suffix must not contain any of these characters: < > \\ ' \" *")
        }
        Some(suffix) if !suffix.contains(|character: char| character.is_ascii_alphabetic()) => {
            invalid("The statement descriptor suffix must contain at least one alphabetic character.")
        }
        suffix => Ok(suffix),
    }
}
