//! Text entered by users: trimmed, in Unicode normalization form C, without invisible characters.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A single line of 1 to `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// Text of 0 to `MAX` characters that may have several lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MultilineText<const MAX: usize>(String);

/// The name of a person.
pub type PersonName = Text<100>;
/// The name of a product.
pub type ProductName = Text<200>;
/// A short label: a category, a size, a colour, a part of an address.
pub type Label = Text<100>;
/// The name of a client, from its `User-Agent` header.
pub type Device = Text<200>;
/// The reason of a refund.
pub type RefundReason = Text<200>;
/// The description of a product.
pub type Description = MultilineText<10_000>;

impl<const MAX: usize> Text<MAX> {
    /// Maximum number of characters.
    pub const MAX: usize = MAX;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> MultilineText<MAX> {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> std::str::FromStr for Text<MAX> {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let text = clean(text, MAX, |_| false)?;
        if text.is_empty() {
            return Err(ValidationError::new("empty", "must not be empty"));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> std::str::FromStr for MultilineText<MAX> {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        clean(text, MAX, |c| matches!(c, '\n' | '\r' | '\t')).map(Self)
    }
}

impl<const MAX: usize> std::fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> std::fmt::Display for MultilineText<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn clean(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<String, ValidationError> {
    let text = text.trim();
    // ASCII, which most text is, needs no normalization.
    let text: String = if text.is_ascii() { text.to_owned() } else { text.nfc().collect() };
    if text.chars().any(|c| is_invisible(c) && !allowed(c)) {
        return Err(ValidationError::new("invisible_character", "must not contain control or invisible characters"));
    }
    if text.chars().count() > max {
        return Err(ValidationError::new("too_long", format!("must have at most {max} characters")));
    }
    Ok(text)
}

/// Returns whether a character is invisible: control characters, characters that reorder or join their neighbours, and
/// blank letters. With them one text can be made to look like another (Unicode Technical Report 36, "Unicode Security
/// Considerations"). Variation selectors do not count: many emoji end with one.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::{MultilineText, PersonName, Text};

    #[test]
    fn text_is_trimmed_and_composed() {
        let name: PersonName = "  Zoe\u{308} ".parse().unwrap();
        assert_eq!(name.as_str(), "Zoë");
    }

    #[test]
    fn empty_invisible_and_long_texts_are_rejected() {
        for (bad, code) in [
            ("", "empty"),
            ("   ", "empty"),
            ("a\0b", "invisible_character"),
            ("a\nb", "invisible_character"),
            ("\u{202E}abc", "invisible_character"),
            ("a\u{200B}b", "invisible_character"),
            ("a\u{200D}b", "invisible_character"),
            ("\u{3164}", "invisible_character"),
            ("\u{FFA0}", "invisible_character"),
            ("\u{2800}", "invisible_character"),
            ("a\u{34F}b", "invisible_character"),
            ("abcdef", "too_long"),
        ] {
            assert_eq!(bad.parse::<Text<5>>().unwrap_err().code, code, "{bad:?}");
        }
    }

    #[test]
    fn multiline_text_may_have_line_breaks_and_be_empty() {
        assert_eq!("a\nb".parse::<MultilineText<5>>().unwrap().as_str(), "a\nb");
        assert_eq!("".parse::<MultilineText<5>>().unwrap().as_str(), "");
        assert!("a\0b".parse::<MultilineText<5>>().is_err());
    }
}
