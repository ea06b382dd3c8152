//! Text that people typed: trimmed, in Unicode's composed form, without characters that nobody sees.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// One line of 1 to `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// Text of at most `MAX` characters that may have several lines and may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MultilineText<const MAX: usize>(String);

/// The name of a person.
pub type PersonName = Text<100>;
/// The name of a product.
pub type ProductName = Text<200>;
/// A short label: a category, a size, a colour, a part of an address.
pub type Label = Text<100>;
/// What a client calls itself.
pub type Device = Text<200>;
/// Why money goes back, in the words of whoever sends it.
pub type RefundReason = Text<200>;
/// What a product is like, at length.
pub type Description = MultilineText<10_000>;

impl<const MAX: usize> Text<MAX> {
    /// The most characters that it may have.
    pub const MAX: usize = MAX;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> MultilineText<MAX> {
    /// The text.
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
    // Most text is ASCII, and composed as it is.
    let text: String = if text.is_ascii() { text.to_owned() } else { text.nfc().collect() };
    if text.chars().any(|c| is_invisible(c) && !allowed(c)) {
        return Err(ValidationError::new("invisible_character", "must have no control or invisible characters"));
    }
    if text.chars().count() > max {
        return Err(ValidationError::new("too_long", format!("must have at most {max} characters")));
    }
    Ok(text)
}

/// Whether a character leaves no mark of its own: control characters, those that reorder or join their
/// neighbours, and letters that are blank, with which one text can be made to look like another
/// (Unicode Technical Report 36, "Unicode Security Considerations"). Variation selectors are none of
/// them: an emoji often ends with one.
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
    fn text_refuses_what_nobody_can_see_or_store() {
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
    fn prose_may_have_lines_and_may_be_empty() {
        assert_eq!("a\nb".parse::<MultilineText<5>>().unwrap().as_str(), "a\nb");
        assert_eq!("".parse::<MultilineText<5>>().unwrap().as_str(), "");
        assert!("a\0b".parse::<MultilineText<5>>().is_err());
    }
}
