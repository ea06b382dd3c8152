//! The billing details of a payment method: name, e-mail, phone and address.

use crate::errors::Result;
use crate::params::Params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The parameters of the billing details.
pub(super) const PARAMS: [&str; 9] = [
    "billing_details[name]",
    "billing_details[email]",
    "billing_details[phone]",
    "billing_details[address][city]",
    "billing_details[address][country]",
    "billing_details[address][line1]",
    "billing_details[address][line2]",
    "billing_details[address][postal_code]",
    "billing_details[address][state]",
];

/// The billing details, each by its parameter.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct BillingDetails([Option<String>; 9]);

impl BillingDetails {
    pub(super) fn parse(params: &Params) -> Result<Self> {
        let mut details = Self::default();
        for (slot, param) in details.0.iter_mut().zip(PARAMS) {
            *slot = params.owned_text(param)?;
        }
        Ok(details)
    }

    pub(super) fn name(&self) -> Option<&str> {
        let [name, ..] = &self.0;
        name.as_deref()
    }

    pub(super) fn to_json(&self) -> Value {
        let [name, email, phone, city, country, line1, line2, postal_code, state] = &self.0;
        json!({
            "address": {
                "city": city,
                "country": country,
                "line1": line1,
                "line2": line2,
                "postal_code": postal_code,
                "state": state,
            },
            "email": email,
            "name": name,
            "phone": phone,
            "tax_id": null,
        })
    }
}
