//! Checks the keys of Stripe.

use super::report::Report;
use crate::check_stripe::{describe_key, is_live, permissions};
use crate::secret::{STRIPE_KEY, read_secret};

/// Checks the secret key with all permissions, and the mode of the publishable key.
pub(super) async fn check(report: &mut Report, api_base: &str, publishable_key: Option<&str>) {
    let key = match read_secret("STRIPE_SECRET_KEY", STRIPE_KEY) {
        Ok(key) => key,
        Err(error) => return report.fail("Stripe: there is no key to check", format!("{error:#}")),
    };
    match describe_key(&key) {
        Ok(description) => report.pass(format_args!("Stripe: {description}")),
        Err(error) => {
            let advice = "Copy the key from Stripe's dashboard: Developers, API keys.";
            return report.fail(format_args!("Stripe: {error:#}"), advice);
        }
    }
    match publishable_key.filter(|publishable| !publishable.is_empty()) {
        Some(publishable) if !publishable.starts_with("pk_") => {
            report.fail("Stripe: the publishable key does not start with pk_", "Copy it from the same page.");
        }
        Some(publishable) if is_live(publishable) != is_live(&key) => report.fail(
            "Stripe: one key is of live mode, the other of test mode",
            "Copy both keys in the same mode; the switch is in Stripe's dashboard.",
        ),
        Some(_) => report.pass("Stripe: the publishable key has the same mode"),
        None => report.note(
            "Stripe: the publishable key is not checked. If its mode is not that of the secret key, no payment works",
            "Pass it, which is no secret: --stripe-publishable-key pk_...",
        ),
    }
    match permissions(key, api_base.to_owned()).await {
        Ok(permissions) => {
            for (name, is_granted) in permissions {
                if is_granted {
                    report.pass(format_args!("Stripe: the permission {name}"));
                } else {
                    report.fail(
                        format_args!("Stripe: the key lacks the permission {name}"),
                        "Edit the key in Stripe's dashboard: Developers, API keys.",
                    );
                }
            }
        }
        Err(error) => report.fail(
            format_args!("Stripe: the key cannot be checked: {error:#}"),
            "If the message names no remedy, check this machine's network and Stripe's status.",
        ),
    }
}
