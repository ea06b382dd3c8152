//! The signature of Stripe's webhooks (<https://docs.stripe.com/webhooks/signature>): HMAC-SHA-256
//! over the time and the raw bytes of the body.

use crate::domain::time::Timestamp;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// How far the time of a signature may be from ours: Stripe's own recommendation.
const TOLERANCE: Duration = Duration::from_mins(5);

/// Whether one of the signatures in the header was made with one of the secrets, not long ago.
#[must_use]
pub fn verify(header: &str, body: &[u8], secrets: &[SecretString], now: Timestamp) -> bool {
    let Some((time, signatures)) = parse(header) else {
        return false;
    };
    let signed_at = Timestamp::from_millis(time.saturating_mul(1000));
    if now.since(signed_at) > TOLERANCE || signed_at.since(now) > TOLERANCE {
        return false;
    }
    secrets.iter().any(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        let message = [time.to_string().as_bytes(), b".", body].concat();
        signatures.iter().any(|signature| hmac::verify(&key, &message, signature).is_ok())
    })
}

/// The time and the signatures of scheme `v1` in a header such as `t=1492774577,v1=5257a869e7ec...`.
fn parse(header: &str) -> Option<(i64, Vec<Vec<u8>>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = Some(value.parse().ok()?),
            "v1" => signatures.extend(hex::decode(value)),
            // Other schemes are older or newer, and prove nothing to us.
            _ => {}
        }
    }
    Some((time?, signatures))
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::domain::time::Timestamp;
    use aws_lc_rs::hmac;
    use proptest::prelude::*;
    use secrecy::SecretString;

    const NOW: i64 = 1_700_000_000;

    fn sign(secret: &str, time: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hex::encode(hmac::sign(&key, format!("{time}.{body}").as_bytes()))
    }

    fn holds(header: &str, body: &str) -> bool {
        let secrets: [SecretString; 2] = ["new".into(), "old".into()];
        verify(header, body.as_bytes(), &secrets, Timestamp::from_millis(NOW * 1000))
    }

    #[test]
    fn one_right_signature_by_one_of_the_secrets_is_enough() {
        for secret in ["new", "old"] {
            let right = sign(secret, NOW, "{}");
            assert!(holds(&format!("t={NOW},v1={right}"), "{}"));
            assert!(holds(&format!("t={NOW},v1={},v1={right},v0=00", "00".repeat(32)), "{}"));
        }
    }

    #[test]
    fn a_signature_over_something_else_does_not_hold() {
        let right = sign("new", NOW, "{}");
        for header in [
            String::new(),
            format!("v1={right}"),
            format!("t={NOW}"),
            format!("t={},v1={right}", NOW + 1),
            format!("t={NOW},v1={}", sign("other", NOW, "{}")),
            format!("t={NOW},v0={right}"),
            format!("t={NOW},v1={}", &right[..62]),
            format!("t=x,v1={right}"),
            "t=,v1=".to_owned(),
        ] {
            assert!(!holds(&header, "{}"), "{header}");
        }
        assert!(!holds(&format!("t={NOW},v1={right}"), "{ }"));
    }

    #[test]
    fn a_signature_is_good_for_five_minutes() {
        for (age, good) in [(300, true), (301, false), (-300, true), (-301, false)] {
            let time = NOW - age;
            assert_eq!(holds(&format!("t={time},v1={}", sign("new", time, "{}")), "{}"), good, "{age}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_or_pass(header in ".*") {
            let passed = holds(&header, "{}");
            prop_assert!(!passed);
        }
    }
}
