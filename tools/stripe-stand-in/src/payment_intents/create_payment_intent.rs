//! `POST /v1/payment_intents`: creates a payment intent, and confirms it if `confirm=true`.

use super::confirm_payment_intent::attempt_payment;
use super::{Caller, PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::currencies::Currency;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use crate::params::Params;
use crate::test_payment_methods::PaymentMethod;
use serde_json::Value;
use std::collections::BTreeMap;

const PARAMS: [&str; 10] = [
    "amount",
    "automatic_payment_methods",
    "confirm",
    "currency",
    "description",
    "metadata",
    "payment_method",
    "payment_method_types",
    "receipt_email",
    "statement_descriptor_suffix",
];
const TYPES: [&str; 2] = ["card", "us_bank_account"];

/// The request.
pub(crate) struct CreatePaymentIntent {
    amount: i64,
    automatic_payment_methods: Option<&'static str>,
    confirm: bool,
    currency: Currency,
    description: Option<String>,
    metadata: BTreeMap<String, String>,
    payment_method: Option<PaymentMethod>,
    payment_method_types: Vec<String>,
    receipt_email: Option<String>,
    statement_descriptor_suffix: Option<String>,
}

impl CreatePaymentIntent {
    pub(crate) fn parse(params: &Params) -> Result<Self> {
        params.allow_only(&PARAMS)?;
        let amount = params.integer_within("amount", 1, i64::MAX)?.ok_or(ApiError::MissingParam { param: "amount" })?;
        let currency = Currency::parse(params.required("currency")?)?;
        currency.validate_amount(amount)?;
        let automatic_payment_methods = automatic_payment_methods(params)?;
        Ok(Self {
            amount,
            automatic_payment_methods,
            confirm: params.boolean("confirm")?.unwrap_or(false),
            currency,
            description: params.owned_text("description")?,
            metadata: params.map("metadata"),
            payment_method: params.text("payment_method")?.map(PaymentMethod::from_name).transpose()?,
            payment_method_types: payment_method_types(params, automatic_payment_methods)?,
            receipt_email: params.owned_text("receipt_email")?,
            statement_descriptor_suffix: params.owned_text("statement_descriptor_suffix")?,
        })
    }
}

impl Operation for CreatePaymentIntent {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let confirm = self.confirm;
        let intent = self.into_intent(account.clock.now());
        let id = intent.id.clone();
        account.events.record("payment_intent.created", &intent.to_json(), cause);
        account.payment_intents.insert(intent);
        if confirm {
            return attempt_payment(account, &id, None, &Caller::Backend, cause);
        }
        Ok(account.payment_intents.get(&id, "intent", ObjectRole::Subject)?.to_json())
    }
}

impl CreatePaymentIntent {
    fn into_intent(self, created: i64) -> PaymentIntent {
        let id = ids::random_id("pi_3");
        let status = match self.payment_method {
            Some(_) => Status::RequiresConfirmation,
            None => Status::RequiresPaymentMethod,
        };
        PaymentIntent {
            client_secret: ids::random_id(&format!("{id}_secret_")),
            id,
            amount: self.amount,
            currency: self.currency,
            description: self.description,
            latest_charge: None,
            metadata: self.metadata,
            receipt_email: self.receipt_email,
            automatic_payment_methods: self.automatic_payment_methods,
            canceled_at: None,
            cancellation_reason: None,
            created,
            last_payment_error: None,
            payment_method: self.payment_method,
            payment_method_types: self.payment_method_types,
            statement_descriptor_suffix: self.statement_descriptor_suffix,
            status,
        }
    }
}

/// Returns `allow_redirects` if automatic payment methods are enabled, which is the default unless types are listed.
fn automatic_payment_methods(params: &Params) -> Result<Option<&'static str>> {
    let redirects = params.one_of("automatic_payment_methods[allow_redirects]", &["always", "never"])?;
    let by_default = params.list("payment_method_types").is_empty();
    let enabled = params.boolean("automatic_payment_methods[enabled]")?.unwrap_or(by_default);
    Ok(enabled.then(|| redirects.unwrap_or("always")))
}

fn payment_method_types(params: &Params, automatic: Option<&str>) -> Result<Vec<String>> {
    let listed = params.list("payment_method_types");
    if listed.iter().any(|kind| !TYPES.contains(kind)) {
        let allowed = TYPES.join(", ");
        return Err(ApiError::InvalidChoice { param: "payment_method_types", allowed });
    }
    let kinds = match (listed.as_slice(), automatic) {
        ([], Some(_)) => &TYPES,
        ([], None) => &TYPES[..1],
        (listed, _) => listed,
    };
    Ok(kinds.iter().map(|kind| (*kind).to_owned()).collect())
}
