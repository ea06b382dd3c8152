//! The signatures of Stripe's webhooks (<https://docs.stripe.com/webhooks/signature>): HMAC-SHA-256 over the timestamp
//! and the raw body.

use crate::domain::time::Timestamp;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The maximum difference between the timestamp of a signature and the current time, as Stripe recommends.
const TOLERANCE: Duration = Duration::from_mins(5);
/// The number of signatures that are compared. Stripe sends one for each active secret of the endpoint, of which there
/// are two while a secret is rolled.
const MAX_SIGNATURES: usize = 5;
/// Length of a signature in bytes. The header has it in hex.
const SIGNATURE_BYTES: usize = 32;

/// Returns whether any of the first 5 signatures in the header is valid for any of the secrets, and its timestamp within
/// the tolerance.
///
/// Anyone can send a header. So each secret costs one HMAC, however many signatures there are.
#[must_use]
pub fn verify_signature(header: &str, body: &[u8], secrets: &[SecretString], now: Timestamp) -> bool {
    let Some((time, signatures)) = parse(header) else {
        return false;
    };
    let signed_at = Timestamp::from_millis(time.saturating_mul(1000));
    if signatures.is_empty() || now.since(signed_at) > TOLERANCE || signed_at.since(now) > TOLERANCE {
        return false;
    }
    secrets.iter().any(|secret| {
        let expected = sign(secret, time, body);
        signatures.iter().any(|signature| verify_slices_are_equal(expected.as_ref(), signature).is_ok())
    })
}

fn sign(secret: &SecretString, time: i64, body: &[u8]) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(time.to_string().as_bytes());
    context.update(b".");
    context.update(body);
    context.sign()
}

/// Returns the timestamp and the first signatures of scheme `v1` in a header such as `t=1492774577,v1=5257a869e7ec...`.
fn parse(header: &str) -> Option<(i64, Vec<[u8; SIGNATURE_BYTES]>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = Some(value.parse().ok()?),
            "v1" if signatures.len() < MAX_SIGNATURES => signatures.extend(signature(value)),
            // Signatures of other schemes are ignored, and so are further ones.
            _ => {}
        }
    }
    Some((time?, signatures))
}

fn signature(hex: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let mut bytes = [0; SIGNATURE_BYTES];
    hex::decode_to_slice(hex, &mut bytes).ok().map(|()| bytes)
}

#[cfg(test)]
mod tests {
    use super::verify_signature;
    use crate::domain::time::Timestamp;
    use aws_lc_rs::hmac;
    use proptest::prelude::*;
    use secrecy::SecretString;

    const NOW: i64 = 1_700_000_000;

    fn sign(secret: &str, time: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hex::encode(hmac::sign(&key, format!("{time}.{body}").as_bytes()))
    }

    fn is_valid(header: &str, body: &str) -> bool {
        let secrets: [SecretString; 2] = ["new".into(), "old".into()];
        verify_signature(header, body.as_bytes(), &secrets, Timestamp::from_millis(NOW * 1000))
    }

    #[test]
    fn one_valid_signature_with_any_secret_suffices() {
        for secret in ["new", "old"] {
            let valid = sign(secret, NOW, "{}");
            assert!(is_valid(&format!("t={NOW},v1={valid}"), "{}"));
            assert!(is_valid(&format!("t={NOW},v1={},v1={valid},v0=00", "00".repeat(32)), "{}"));
        }
    }

    #[test]
    fn only_the_first_5_signatures_of_64_hex_digits_count() {
        let (valid, other) = (sign("new", NOW, "{}"), "0".repeat(64));
        let header = |before: &str, count: usize| {
            let before = format!("v1={before},").repeat(count);
            format!("t={NOW},{before}v1={valid},{}v1={other}", format!("v1={other},").repeat(2000))
        };
        assert!(is_valid(&header(&other, 4), "{}"));
        assert!(!is_valid(&header(&other, 5), "{}"));
        for malformed in ["", "00", &other[..63], &"0".repeat(65), &"x".repeat(64), &"ä".repeat(32)] {
            assert!(is_valid(&header(malformed, 100), "{}"), "{malformed}");
        }
        let at_the_end = format!("{},t={NOW}", header(&other, 0).split_once(',').unwrap().1);
        assert!(is_valid(&at_the_end, "{}"));
    }

    #[test]
    fn an_invalid_signature_is_rejected() {
        let valid = sign("new", NOW, "{}");
        for header in [
            String::new(),
            format!("v1={valid}"),
            format!("t={NOW}"),
            format!("t={},v1={valid}", NOW + 1),
            format!("t={NOW},v1={}", sign("other", NOW, "{}")),
            format!("t={NOW},v0={valid}"),
            format!("t={NOW},v1={}", &valid[..62]),
            format!("t=x,v1={valid}"),
            "t=,v1=".to_owned(),
        ] {
            assert!(!is_valid(&header, "{}"), "{header}");
        }
        assert!(!is_valid(&format!("t={NOW},v1={valid}"), "{ }"));
    }

    #[test]
    fn a_signature_is_valid_for_five_minutes() {
        for (age, expected) in [(300, true), (301, false), (-300, true), (-301, false)] {
            let time = NOW - age;
            assert_eq!(is_valid(&format!("t={time},v1={}", sign("new", time, "{}")), "{}"), expected, "{age}");
        }
    }

    proptest! {
        #[test]
        fn an_arbitrary_header_is_rejected(header in ".*") {
            let passed = is_valid(&header, "{}");
            prop_assert!(!passed);
        }
    }
}
