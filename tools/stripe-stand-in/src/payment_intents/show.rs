//! How an intent is shown to a backend, and what of it a browser may see.

use super::{Caller, PaymentIntent, Status};
use crate::account::{Account, Object, Table};
use serde_json::{Value, json};

/// Fields of Stripe's that are never used here. Official SDKs expect them to be there.
const ALWAYS_NULL: [&str; 12] = [
    "application",
    "application_fee_amount",
    "customer",
    "next_action",
    "on_behalf_of",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "transfer_data",
];

/// What Stripe leaves out for a publishable key.
const FOR_BACKENDS: [&str; 11] = [
    "amount_capturable",
    "amount_details",
    "amount_received",
    "application",
    "application_fee_amount",
    "customer",
    "latest_charge",
    "metadata",
    "on_behalf_of",
    "review",
    "statement_descriptor_suffix",
];

impl PaymentIntent {
    pub(super) fn show_to(&self, caller: &Caller) -> Value {
        let mut shown = self.to_json();
        if let (Caller::Browser { .. }, Some(fields)) = (caller, shown.as_object_mut()) {
            fields.retain(|name, _| !FOR_BACKENDS.contains(&name.as_str()));
        }
        shown
    }
}

impl Object for PaymentIntent {
    const NAME: &'static str = "payment_intent";
    const URL: &'static str = "/v1/payment_intents";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        let received = if self.status == Status::Succeeded { self.amount } else { 0 };
        let automatic =
            self.automatic_payment_methods.map(|redirects| json!({ "allow_redirects": redirects, "enabled": true }));
        let mut shown = json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_details": { "tip": {} },
            "amount_received": received,
            "automatic_payment_methods": automatic,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": "automatic_async",
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency.code(),
            "description": self.description,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": self.metadata,
            "payment_method": self.payment_method.as_ref().map(|method| &method.id),
            "payment_method_options": {},
            "payment_method_types": self.payment_method_types,
            "receipt_email": self.receipt_email,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status.name(),
        });
        if let Some(fields) = shown.as_object_mut() {
            fields.extend(ALWAYS_NULL.map(|name| (name.to_owned(), Value::Null)));
        }
        shown
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.payment_intents
    }
}
