//! E-mail addresses in a normalized form, so that two spellings of one address are equal.

use super::text::is_invisible;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Maximum length of a deliverable address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_BYTES: usize = 254;

/// An e-mail address: trimmed, in Unicode normalization form KC and in lower case, so that no spelling of one address
/// opens a second account.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Returns the address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Email {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        // Lower-casing can undo the normalization and vice versa, for example for "K" (Kelvin).
        let text: String = text.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect();
        let plausible = text.split_once('@').is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if text.len() > MAX_BYTES {
            Err(ValidationError::new("too_long", format!("must have at most {MAX_BYTES} bytes")))
        } else if plausible {
            Ok(Self(text))
        } else {
            Err(ValidationError::new("invalid_email", "must be an e-mail address such as ada@example.com"))
        }
    }
}

/// Hides the address: it is personal data, and `Debug` output may be logged.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(..)")
    }
}

fn is_local_part(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && !text.starts_with('.')
        && !text.ends_with('.')
        && !text.contains("..")
        && !text
            .chars()
            .any(|c| is_forbidden(c) || matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\'))
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_domain_label)
}

fn is_domain_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || c == '-')
}

fn is_forbidden(c: char) -> bool {
    c == '@' || c.is_whitespace() || is_invisible(c) || is_variation_selector(c)
}

/// Returns whether a character selects a variant of an emoji. Addresses that differ in one look the same.
fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn spellings_of_one_address_are_equal() {
        let one: Email = "zoë@example.com".parse().unwrap();
        for other in [" Zoë@Example.COM ", "zoe\u{308}@example.com", "\u{FF5A}oë@example.com"] {
            assert!(other.parse::<Email>().unwrap() == one, "{other}");
        }
    }

    #[test]
    fn invalid_addresses_are_rejected() {
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@@example.com",
            "a b@example.com",
            "ada@exam ple.com",
            "ada\0@example.com",
            "ada@\u{202E}example.com",
            "ada\u{FE0F}@example.com",
            "ada\u{200D}@example.com",
            "a\u{3164}da@example.com",
            "ada@-example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "ada@example..com",
            "<ada@example.com>",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
        assert!(format!("{}@example.com", "a".repeat(65)).parse::<Email>().is_err());
    }
}
