//! The settings of Stripe.

use super::settings::Settings;
use secrecy::SecretString;

/// The access to Stripe.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// `STRIPE_API_BASE`: the base URL of Stripe's API; by default `https://api.stripe.com`.
    pub api_base: String,
    /// `STRIPE_SECRET_KEY`: authenticates requests to Stripe.
    pub secret_key: SecretString,
    /// `STRIPE_PUBLISHABLE_KEY`: with which a browser initializes Stripe.js.
    pub publishable_key: String,
    /// `STRIPE_WEBHOOK_SECRET`: verifies events; several are separated by commas while they are rolled.
    pub webhook_secrets: Vec<SecretString>,
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
            api_base: self.optional("STRIPE_API_BASE").unwrap_or_else(|| "https://api.stripe.com".to_owned()),
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
