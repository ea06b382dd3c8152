//! Keyed hashes of what has to be recognized and shall not be known, such as source addresses.

use aws_lc_rs::hmac;

/// Makes them, with a key made from the secret that signs tokens, for this purpose alone: there are
/// few enough IPv4 addresses to find one by its plain hash.
#[derive(Debug, Clone)]
pub struct Fingerprints(hmac::Key);

impl Fingerprints {
    pub(crate) fn derive(secret: &[u8]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&master, b"ferrocart fingerprints").as_ref()))
    }

    /// The fingerprint of some texts, 64 hex digits. None of them holds NUL, which keeps them apart.
    #[must_use]
    pub fn of(&self, parts: &[&str]) -> String {
        hex::encode(hmac::sign(&self.0, parts.join("\0").as_bytes()))
    }
}
