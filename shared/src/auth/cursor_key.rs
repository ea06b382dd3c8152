//! The key that signs the cursors of lists.

use crate::config::RolledKey;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};

/// Length of a signature in bytes: half of an HMAC-SHA-256, so that a forgery takes 2^128 attempts.
pub const CURSOR_TAG_BYTES: usize = 16;

/// Signs and verifies cursors. Cursors that were signed with the previous key remain valid.
#[derive(Debug, Clone)]
pub struct CursorKey {
    current: hmac::Key,
    previous: Option<hmac::Key>,
}

impl CursorKey {
    /// Prepares the keys.
    pub(crate) fn new(key: &RolledKey) -> Self {
        let prepare = |key: &SecretString| hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
        Self { current: prepare(&key.current), previous: key.previous.as_ref().map(prepare) }
    }

    /// Signs a position within the scope of one list and its filters.
    pub(crate) fn sign(&self, scope: &str, position: &[u8]) -> Vec<u8> {
        truncated(&tag(&self.current, scope, position)).to_vec()
    }

    /// Returns whether the position was signed within this scope, with the current or the previous key.
    pub(crate) fn verify(&self, scope: &str, position: &[u8], signature: &[u8]) -> bool {
        let is_signed_with = |key: &hmac::Key| {
            let expected = tag(key, scope, position);
            aws_lc_rs::constant_time::verify_slices_are_equal(truncated(&expected), signature).is_ok()
        };
        is_signed_with(&self.current) || self.previous.as_ref().is_some_and(is_signed_with)
    }
}

fn tag(key: &hmac::Key, scope: &str, position: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(scope.as_bytes());
    context.update(&[0]);
    context.update(position);
    context.sign()
}

fn truncated(tag: &hmac::Tag) -> &[u8] {
    tag.as_ref().get(..CURSOR_TAG_BYTES).unwrap_or_default()
}
