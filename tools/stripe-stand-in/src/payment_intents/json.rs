//! The JSON form of payment intents, for backends and for browsers.

use super::{Caller, PaymentIntent, Status};
use crate::account::{Account, Object, Table};
use serde_json::{Value, json};

/// Fields that the stand-in does not support. Official SDKs expect them to exist.
const NULL_FIELDS: [&str; 10] = [
    "application",
    "application_fee_amount",
    "customer",
    "on_behalf_of",
    "processing",
    "review",
    "setup_future_usage",
    "source",
    "statement_descriptor",
    "transfer_data",
];

/// Fields that Stripe omits for a publishable key.
const SECRET_KEY_FIELDS: [&str; 11] = [
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
    /// Returns what the buyer has to do: return to a URL after authenticating, or let the browser's library do it.
    fn next_action(&self) -> Option<Value> {
        let action = match &self.return_url {
            Some(url) => json!({
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "return_url": url,
                    "url": format!("https://hooks.stripe.com/redirect/authenticate/{}", self.id),
                },
            }),
            None => json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect" } }),
        };
        (self.status == Status::RequiresAction).then_some(action)
    }

    pub(super) fn to_json_for(&self, caller: &Caller) -> Value {
        let mut body = self.to_json();
        if let (Caller::Browser { .. }, Some(fields)) = (caller, body.as_object_mut()) {
            fields.retain(|name, _| !SECRET_KEY_FIELDS.contains(&name.as_str()));
        }
        body
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
        let mut body = json!({
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
            "livemode": self.livemode,
            "metadata": self.metadata,
            "next_action": self.next_action(),
            "payment_method": self.payment_method.as_ref().map(|method| &method.id),
            "payment_method_options": {},
            "payment_method_types": self.payment_method_types,
            "receipt_email": self.receipt_email,
            "shipping": self.shipping,
            "statement_descriptor_suffix": self.statement_descriptor_suffix,
            "status": self.status.name(),
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(NULL_FIELDS.map(|name| (name.to_owned(), Value::Null)));
        }
        body
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.payment_intents
    }
}
