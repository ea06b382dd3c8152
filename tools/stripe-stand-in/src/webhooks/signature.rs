//! The header `Stripe-Signature` (<https://docs.stripe.com/webhooks/signature>).

use aws_lc_rs::hmac;

/// Signs the body of a webhook. Returns the value of `Stripe-Signature`: `t=<timestamp>,v1=<HMAC-SHA256 of
/// "<timestamp>.<body>" in hex>`. The timestamp is in Unix seconds.
#[must_use]
pub fn sign(secret: &str, timestamp: i64, body: impl AsRef<[u8]>) -> String {
    let mut signed = format!("{timestamp}.").into_bytes();
    signed.extend_from_slice(body.as_ref());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("t={timestamp},v1={}", hex::encode(hmac::sign(&key, &signed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_equals_that_of_openssl() {
        // printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac whsec_local
        assert_eq!(sign("whsec_local", 1_700_000_000, "{}"), OPENSSL);
    }

    const OPENSSL: &str = "t=1700000000,v1=45d9c5a2fd310ffd803628dbea431926fecc4dd5ea85e5cb7f433f3fedbeb993";
}
