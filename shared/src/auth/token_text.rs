//! The texts of the tokens of carts, orders and accounts: a prefix, by which searches for secrets recognize them, and 256 bits
//! in base64.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

/// The number of characters after the prefix.
const CHARACTERS: usize = 43;

/// Returns the text of a token.
pub(super) fn text(prefix: &str, bits: impl AsRef<[u8]>) -> SecretString {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits)).into()
}

/// Returns whether a text has the form of a token.
pub(super) fn has_form(text: &str, prefix: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == CHARACTERS && rest.bytes().all(is_base64))
}

/// Returns the hash under which a token is stored: SHA-256, in hex. A slow hash would add no protection, because 256 random
/// bits cannot be guessed.
pub(super) fn hash(text: &SecretString) -> String {
    hex::encode(digest(&SHA256, text.expose_secret().as_bytes()))
}
