//! `return_url`: where a buyer returns to who left the shop to authenticate or to pay.

use super::{Caller, PaymentIntent};
use crate::errors::{ApiError, Result};
use crate::params::Params;
use reqwest::Url;

/// The URL of a confirmation.
pub(super) struct ReturnUrl {
    url: Option<String>,
    /// Whether the browser's library handles the next action, so that the buyer need not leave the page.
    uses_sdk: bool,
}

/// Parses `return_url` and `use_stripe_sdk`.
pub(super) fn parse_return_url(params: &Params, caller: &Caller) -> Result<ReturnUrl> {
    let url = params.owned_text("return_url")?;
    if url.as_ref().is_some_and(|url| Url::parse(url).is_err()) {
        return Err(ApiError::invalid("return_url", "Not a valid URL"));
    }
    let uses_sdk = params.boolean("use_stripe_sdk")?.unwrap_or(false) && *caller != Caller::Backend;
    Ok(ReturnUrl { url, uses_sdk })
}

impl ReturnUrl {
    /// Returns the URL if the buyer has to leave the page for the next action. A library that handles it needs none.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref().filter(|_| !self.uses_sdk)
    }

    /// Requires the URL for a payment intent that may be paid by methods that redirect.
    pub(super) fn validate(&self, intent: &PaymentIntent) -> Result<()> {
        if self.url.is_some() || self.uses_sdk || intent.automatic_payment_methods != Some("always") {
            return Ok(());
        }
        let message = "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because \
                       some of these payment methods might redirect your customer off of your page, you must provide a \
                       `return_url`. If you don't want to accept redirect-based payment methods, set \
                       `automatic_payment_methods[enabled]` to `true` and \
                       `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment \
                       Intents.";
        Err(ApiError::invalid("return_url", message))
    }
}
