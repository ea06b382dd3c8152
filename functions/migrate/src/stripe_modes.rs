//! Rejects a live and a test key of Stripe in one stack. Every payment would fail in the browser.

use ferrocart::lambda::Error;
use serde_json::Value;

/// Checks that the properties of the custom resource name one mode. CloudFormation's rules cannot compare parts of two
/// parameters, so the template passes the modes here.
///
/// # Errors
/// When the secret and the publishable key have different modes.
pub(crate) fn expect_one_stripe_mode(event: &Value) -> Result<(), Error> {
    let mode = |key: &str| event.pointer(&format!("/ResourceProperties/{key}")).and_then(Value::as_str);
    match (mode("StripeSecretKeyMode"), mode("StripePublishableKeyMode")) {
        (Some(secret), Some(publishable)) if secret != publishable => {
            Err(format!("StripeSecretKey is a {secret} key, and StripePublishableKey is a {publishable} key").into())
        }
        _ => Ok(()),
    }
}
