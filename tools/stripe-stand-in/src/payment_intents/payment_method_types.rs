//! The types of payment methods that may pay a payment intent: listed in the request, or chosen by Stripe.

use crate::currencies::Currency;
use crate::errors::{ApiError, Result};
use crate::params::Params;

/// The types that the stand-in supports.
const TYPES: [&str; 2] = ["card", "us_bank_account"];

/// The types that may pay.
pub(super) struct PaymentMethodTypes {
    /// `allow_redirects`, if Stripe chooses the types.
    pub(super) automatic: Option<&'static str>,
    pub(super) kinds: Vec<String>,
}

impl PaymentMethodTypes {
    pub(super) fn parse(params: &Params, currency: Currency) -> Result<Self> {
        let listed = params.list("payment_method_types");
        let redirects = params.one_of("automatic_payment_methods[allow_redirects]", &["always", "never"])?;
        let enabled = params.boolean("automatic_payment_methods[enabled]")?;
        match (enabled, params.contains("automatic_payment_methods"), listed.as_slice()) {
            (None, true, _) => return Err(ApiError::MissingParam { param: "automatic_payment_methods[enabled]" }),
            (Some(true), _, [_, ..]) => {
                return Err(ApiError::exclusive("automatic_payment_methods", "payment_method_types"));
            }
            _ => {}
        }
        if listed.iter().any(|kind| !TYPES.contains(kind)) {
            return Err(ApiError::InvalidChoice { param: "payment_method_types", allowed: TYPES.join(", ") });
        }
        if let Some(kind) = listed.iter().find(|kind| !is_available(kind, currency)) {
            let code = currency.code();
            let message = format!(
                "The payment method type provided: {kind} is invalid for the currency {code}. This payment method \
                 supports the following currencies: usd."
            );
            return Err(ApiError::invalid("payment_method_types", message));
        }
        let automatic = enabled.unwrap_or(listed.is_empty()).then(|| redirects.unwrap_or("always"));
        let kinds = match (listed.as_slice(), automatic) {
            ([], Some(_)) => TYPES.into_iter().filter(|kind| is_available(kind, currency)).collect(),
            ([], None) => vec!["card"],
            (listed, _) => listed.to_vec(),
        };
        Ok(Self { automatic, kinds: kinds.into_iter().map(str::to_owned).collect() })
    }
}

/// Returns whether a type supports a currency: debits from banks in the USA are in its currency.
fn is_available(kind: &str, currency: Currency) -> bool {
    kind != "us_bank_account" || currency.code() == "usd"
}
