//! Text entered by users: trimmed, in Unicode normalization form C, without invisible characters that have no meaning.

mod characters;

pub(super) use characters::{is_invisible, is_variation_selector};

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
        let text = clean(text, MAX, false)?;
        if text.is_empty() {
            return Err(ValidationError::new("empty", "must not be empty"));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> std::str::FromStr for MultilineText<MAX> {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        clean(text, MAX, true).map(Self)
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

/// Returns whether a text looks empty: it has at most blanks and characters that are removed.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    characters::is_blank(text)
}

fn clean(text: &str, max: usize, is_multiline: bool) -> Result<String, ValidationError> {
    let invisible = || ValidationError::new("invisible_character", "must not contain control or invisible characters");
    let text = characters::normalize(text.trim(), is_multiline).ok_or_else(invisible)?;
    // ASCII, which most text is, needs no normalization.
    let text: String = if text.is_ascii() { text } else { text.nfc().collect() };
    let text = if is_blank(&text) { "" } else { text.trim() };
    if text.chars().count() > max {
        return Err(ValidationError::new("too_long", format!("must have at most {max} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{MultilineText, PersonName, Text};

    #[test]
    fn text_is_trimmed_and_composed() {
        let name: PersonName = "  Zoe\u{308} ".parse().unwrap();
        assert_eq!((name.as_str(), name.to_string()), ("Zoë", "Zoë".to_owned()));
        let description: MultilineText<20> = "Red\r\nmug ".parse().unwrap();
        assert_eq!(description.to_string(), description.as_str());
    }

    #[test]
    fn variants_of_mongolian_letters_are_kept_and_others_removed() {
        for (text, kept) in [("ᠠ\u{180B}ᠨ", "ᠠ\u{180B}ᠨ"), ("a\u{180B}n", "an"), ("\u{180B}n", "n")] {
            assert_eq!(text.parse::<Text<5>>().unwrap().as_str(), kept, "{text:?}");
        }
    }

    #[test]
    fn a_text_of_blanks_or_removed_characters_is_blank() {
        assert!(["", " \t", "\u{AD}", "\u{200D}", "\u{FE0F}"].into_iter().all(super::is_blank));
        assert!(!super::is_blank(" x "));
    }

    #[test]
    fn empty_invisible_and_long_texts_are_rejected() {
        for (bad, code) in [
            ("", "empty"),
            ("   ", "empty"),
            ("\u{200B}\u{AD}\u{FEFF}", "empty"),
            ("\u{200D}", "empty"),
            (" \u{FE0F}\u{A0}", "empty"),
            ("a\0b", "invisible_character"),
            ("a\nb", "invisible_character"),
            ("a\u{7F}b", "invisible_character"),
            ("a\u{9D}b", "invisible_character"),
            ("\u{202E}abc", "invisible_character"),
            ("\u{202D}abc", "invisible_character"),
            ("\u{3164}", "invisible_character"),
            ("\u{FFA0}", "invisible_character"),
            ("\u{2800}", "invisible_character"),
            ("a\u{FFF9}b", "invisible_character"),
            ("a\u{E0041}", "invisible_character"),
            ("abcdef", "too_long"),
        ] {
            assert_eq!(bad.parse::<Text<5>>().unwrap_err().code, code, "{bad:?}");
        }
    }

    #[test]
    fn names_of_all_scripts_are_kept_as_they_are() {
        for name in [
            "X",
            "李",
            "O’Brien-D'Arcy",
            "علی\u{200C}رضا",
            "می\u{200C}خواهم",
            "ශ්\u{200D}රී ලංකා",
            "क्\u{200D}ष",
            "ന്\u{200D}",
            "אַבְרָהָם",
            "Nguyễn Thị Ánh",
            "葛\u{E0100}城",
            "山田　太郎",
            "👩\u{200D}💻",
            "👩🏽\u{200D}❤\u{FE0F}\u{200D}👩🏽",
            "🏳\u{FE0F}\u{200D}🌈",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "ᠮᠣᠩᠭ\u{180E}ᠠ",
        ] {
            assert_eq!(name.parse::<PersonName>().unwrap().as_str(), name);
        }
        let long = "ў".repeat(100);
        assert_eq!(long.parse::<PersonName>().unwrap().as_str(), long);
    }

    #[test]
    fn invisible_characters_without_a_meaning_are_removed() {
        for (pasted, text) in [
            ("Müller\u{AD}straße", "Müllerstraße"),
            ("\u{FEFF}Ada", "Ada"),
            ("Ada \u{200B}", "Ada"),
            ("A\u{200B}da\u{2060}", "Ada"),
            ("e\u{34F}\u{301}", "é"),
            ("a\u{200D}b", "ab"),
            ("a\u{200C}b", "ab"),
            ("👩\u{200D}", "👩"),
            ("علی\u{200C}\u{200C}رضا", "علی\u{200C}رضا"),
            ("\u{202A}+1 555 0100\u{202C}", "+1 555 0100"),
            ("\u{2068}שלום\u{2069}\u{200F}", "שלום"),
            ("Ada\u{A0}Lovelace", "Ada Lovelace"),
            ("Ada\u{2009}L\u{2028}", "Ada L"),
            ("1 Main\u{2028}Street", "1 Main Street"),
            ("cup\u{FFFC}", "cup"),
        ] {
            assert_eq!(pasted.parse::<PersonName>().unwrap().as_str(), text, "{pasted:?}");
        }
    }

    #[test]
    fn multiline_text_may_have_line_breaks_and_be_empty() {
        assert_eq!("a\nb".parse::<MultilineText<5>>().unwrap().as_str(), "a\nb");
        assert_eq!("".parse::<MultilineText<5>>().unwrap().as_str(), "");
        assert!("a\0b".parse::<MultilineText<5>>().is_err());
        let pasted = "a\u{B}b\u{2029}\u{AD}c\u{A0}d\u{85}";
        assert_eq!(pasted.parse::<MultilineText<9>>().unwrap().as_str(), "a\nb\nc\u{A0}d");
    }
}
