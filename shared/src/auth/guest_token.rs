//! The form of the tokens of guests: a prefix, by which searches for secrets recognize them, and 256 bits in base64.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The number of characters after the prefix.
const CHARACTERS: usize = 43;

/// Returns the text of a token.
pub(super) fn text(prefix: &str, bits: impl AsRef<[u8]>) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits))
}

/// Returns whether a text has the form of a token.
pub(super) fn has_form(text: &str, prefix: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == CHARACTERS && rest.bytes().all(is_base64))
}
