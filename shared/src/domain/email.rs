//! E-mail addresses in a normalized form, so that two spellings of one address are equal.

use super::text::{is_invisible, is_variation_selector};
use super::validation::ValidationError;
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Maximum length of a deliverable address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_BYTES: usize = 254;

/// Joiners, which a domain name may contain where its script needs them (RFC 5892, appendix A).
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// An e-mail address: trimmed, in Unicode normalization form KC and in lower case, with an internationalized domain in
/// Unicode, so that no spelling of one address opens a second account.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Returns the address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address in ASCII, as mail servers without SMTPUTF8 (RFC 6531) accept it; `None` if it has other letters
    /// before the `@`.
    #[must_use]
    pub fn to_ascii(&self) -> Option<String> {
        let (local, domain) = self.0.split_once('@').filter(|(local, _)| local.is_ascii())?;
        let Domain { ascii, .. } = Domain::parse(domain)?;
        Some(format!("{local}@{ascii}"))
    }
}

impl std::str::FromStr for Email {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let invalid = || ValidationError::new("invalid_email", "must be an e-mail address such as ada@example.com");
        let too_long = || ValidationError::new("too_long", format!("must have at most {MAX_BYTES} bytes"));
        let text: String = text.trim().nfkc().collect();
        if text.len() > MAX_BYTES {
            return Err(too_long());
        }
        let (local, domain) = text.split_once('@').ok_or_else(invalid)?;
        // Lower-casing can undo the normalization and vice versa, for example for "K" (Kelvin).
        let local: String = local.to_lowercase().nfkc().collect();
        let Domain { ascii, unicode } = Domain::parse(domain).ok_or_else(invalid)?;
        if !is_local_part(&local) {
            return Err(invalid());
        }
        // Mail is sent to the domain's ASCII form, which can be the longer one.
        if local.len().saturating_add(ascii.len()) >= MAX_BYTES {
            return Err(too_long());
        }
        Ok(Self(format!("{local}@{unicode}")))
    }
}

/// A domain name in both of its forms: `xn--exmple-cua.com` and `exämple.com`.
struct Domain {
    ascii: String,
    unicode: String,
}

impl Domain {
    /// Maps a domain name in either form as browsers do (Unicode Technical Standard 46, non-transitional).
    fn parse(text: &str) -> Option<Self> {
        let (uts46, deny, hyphens) = (Uts46::new(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
        let ascii = uts46.to_ascii(text.as_bytes(), deny, hyphens, DnsLength::Verify).ok()?;
        let (unicode, result) = uts46.to_unicode(ascii.as_bytes(), deny, hyphens);
        result.ok()?;
        // Some invisible characters are valid in a domain name, such as variation selectors and Hangul fillers.
        let is_plain = !unicode.chars().any(|c| is_forbidden(c) && !JOINERS.contains(&c));
        let unicode = unicode.into_owned();
        (ascii.contains('.') && is_plain).then(|| Self { ascii: ascii.into_owned(), unicode })
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

/// Returns whether a character must not be in an address. Addresses that differ in a variation selector look the same.
fn is_forbidden(c: char) -> bool {
    c == '@' || c.is_whitespace() || is_invisible(c) || is_variation_selector(c)
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
    fn an_address_has_at_most_254_bytes_and_is_never_logged() {
        let of_length = |length: usize| {
            let labels = [60, 60, length.saturating_sub(64 + 1 + 60 + 1 + 60 + 1 + 4)].map(|bytes| "a".repeat(bytes));
            format!("{}@{}.com", "a".repeat(64), labels.join("."))
        };
        let longest: Email = of_length(254).parse().unwrap();
        assert_eq!(longest.as_str().len(), 254);
        for length in [255, 300, 10_000] {
            assert_eq!(of_length(length).parse::<Email>().unwrap_err().code, "too_long", "{length}");
        }
        assert_eq!(format!("{longest:?}"), "Email(..)");
    }

    #[test]
    fn internationalized_domains_are_one_address_in_either_spelling() {
        for (canonical, others) in [
            (
                "ada@exämple.com",
                [
                    "ada@xn--exmple-cua.com",
                    "Ada@XN--EXMPLE-CUA.COM",
                    "ada@EXÄMPLE.com",
                    "ada@exa\u{308}mple.com",
                    "ada＠exämple。com",
                    "ada@exäm\u{AD}ple.com",
                ]
                .as_slice(),
            ),
            ("ada@straße.de", ["ada@xn--strae-oqa.de", "ada@STRAẞE.de"].as_slice()),
            ("用户@例子.公益", ["用户@xn--fsqu00a.xn--55qw42g"].as_slice()),
            ("ada@نامه\u{200C}ای.com", ["ada@xn--mgba3gch31f060k.com"].as_slice()),
        ] {
            let one: Email = canonical.parse().unwrap();
            assert_eq!(one.as_str(), canonical);
            for other in others {
                assert_eq!(other.parse::<Email>().unwrap().as_str(), canonical, "{other}");
            }
        }
    }

    #[test]
    fn mail_is_sent_to_the_address_in_ascii() {
        for (email, ascii) in [
            ("ada@example.com", Some("ada@example.com")),
            ("ada@exämple.com", Some("ada@xn--exmple-cua.com")),
            ("zoë@example.com", None),
        ] {
            assert_eq!(email.parse::<Email>().unwrap().to_ascii().as_deref(), ascii);
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
            "ada@xn--.com",
            "ada@xn--exmple-.com",
            "ada@ex_ample.com",
            "ada@example.com.",
            "ada@\u{3164}.com",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
        assert!(format!("{}@example.com", "a".repeat(65)).parse::<Email>().is_err());
        // 63 bytes are the limit of a label in the form in which it is sent.
        assert!(format!("ada@{}.com", "ä".repeat(56)).parse::<Email>().is_ok());
        assert!(format!("ada@{}.com", "ä".repeat(58)).parse::<Email>().is_err());
    }
}
