//! The settings of Stripe.

use super::settings::Settings;
use secrecy::SecretString;

/// The URL of Stripe's API.
const API: &str = "https://api.stripe.com";
/// The origin of Stripe.js, which Stripe requires pages to load from there
/// (<https://docs.stripe.com/js/including>).
const SCRIPT_ORIGIN: &str = "https://js.stripe.com";

/// The access to Stripe.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// `STRIPE_API_BASE`: the base URL of Stripe's API, which also decides where browsers load Stripe.js; by default
    /// `https://api.stripe.com`.
    pub api_base: String,
    /// `STRIPE_SECRET_KEY`: authenticates requests to Stripe.
    pub secret_key: SecretString,
    /// `STRIPE_PUBLISHABLE_KEY`: with which a browser initializes Stripe.js.
    pub publishable_key: String,
    /// `STRIPE_WEBHOOK_SECRET`: verifies events; several are separated by commas while they are rolled.
    pub webhook_secrets: Vec<SecretString>,
}

impl StripeConfig {
    /// Returns the URL of Stripe.js, in the release that belongs to the version of the API. The script of another server than
    /// Stripe's own belongs to that server, as the script of the stand-in does.
    #[must_use]
    pub fn script_url(&self) -> String {
        let base = self.api_base.trim_end_matches('/');
        format!("{}/clover/stripe.js", if base == API { SCRIPT_ORIGIN } else { base })
    }
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) fn stripe(&mut self, secret_key: String) -> StripeConfig {
        if !is_stripe_key(&secret_key) {
            self.reject("STRIPE_SECRET_KEY must be a secret or restricted API key of Stripe");
        }
        let secrets = self.optional("STRIPE_WEBHOOK_SECRET").unwrap_or_default();
        let secrets = secrets.split(',').map(str::trim).filter(|secret| !secret.is_empty());
        if !secrets.clone().all(|secret| is_token(secret, "whsec_")) {
            self.reject("STRIPE_WEBHOOK_SECRET must be signing secrets of webhooks, separated by commas");
        }
        StripeConfig {
            api_base: self.optional("STRIPE_API_BASE").unwrap_or_else(|| API.to_owned()),
            secret_key: secret_key.into(),
            publishable_key: self.optional("STRIPE_PUBLISHABLE_KEY").unwrap_or_default(),
            webhook_secrets: secrets.map(SecretString::from).collect(),
        }
    }
}

fn is_stripe_key(key: &str) -> bool {
    ["sk_test_", "rk_test_", "sk_live_", "rk_live_"].iter().any(|prefix| is_token(key, prefix))
}

/// Returns whether a text consists of a prefix and further letters, digits, underscores or symbols of base64.
fn is_token(text: &str, prefix: &str) -> bool {
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=".contains(&byte);
    text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_symbol))
}

#[cfg(test)]
mod tests {
    use super::StripeConfig;

    #[test]
    fn stripes_api_and_stripes_script_belong_together() {
        for (api_base, script_url) in [
            ("https://api.stripe.com", "https://js.stripe.com/clover/stripe.js"),
            ("https://api.stripe.com/", "https://js.stripe.com/clover/stripe.js"),
            ("http://127.0.0.1:12111", "http://127.0.0.1:12111/clover/stripe.js"),
        ] {
            let (api_base, publishable_key, webhook_secrets) = (api_base.to_owned(), String::new(), Vec::new());
            let config = StripeConfig { api_base, secret_key: "".into(), publishable_key, webhook_secrets };
            assert_eq!(config.script_url(), script_url);
        }
    }
}
