//! The profile `OpaqueString` of PRECIS (RFC 8265, section 4.2): a password has the same bytes on whichever system it is
//! typed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The combining class of viramas, which join the letters of Indic scripts.
const VIRAMA: u8 = 9;

/// Replaces all spaces by the ASCII space, and composes the text (NFC). Case and width remain.
pub(super) fn normalize(text: &str) -> String {
    let is_space = |c: char| c.general_category() == GeneralCategory::SpaceSeparator;
    text.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc().collect()
}

/// Returns whether a normalized text consists of allowed characters: those of the `FreeformClass` (RFC 8264, section 4.3).
///
/// Of the contextual rules only those for joiners apply. The others prevent identifiers that look alike.
pub(super) fn is_allowed(text: &str) -> bool {
    let previous = std::iter::once(None).chain(text.chars().map(Some));
    text.chars().zip(previous).all(|(c, previous)| match c {
        '\u{200C}' | '\u{200D}' => previous.is_some_and(is_joinable),
        c => !is_exception(c) && !is_ignorable(c) && is_freeform(c.general_category()),
    })
}

/// Returns whether a joiner may follow: after a virama, and within scripts whose letters have joined forms. Emoji that
/// are joined are not allowed: they are typed differently on different systems.
fn is_joinable(previous: char) -> bool {
    canonical_combining_class(previous) == VIRAMA || (previous.is_alphabetic() && previous >= '\u{600}')
}

/// Returns whether the class excludes a single character (RFC 8264, sections 9.6 and 9.9).
const fn is_exception(c: char) -> bool {
    matches!(
        c,
        '\u{0640}'
            | '\u{07FA}'
            | '\u{302E}'..='\u{302F}'
            | '\u{3031}'..='\u{3035}'
            | '\u{303B}'
            // Conjoining jamo that normalization has not composed.
            | '\u{1100}'..='\u{11FF}'
            | '\u{A960}'..='\u{A97C}'
            | '\u{D7B0}'..='\u{D7FB}'
    )
}

/// Returns whether a character is invisible by default, beside those of the general categories that
/// [`is_freeform`] excludes (RFC 8264, section 9.13).
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{034F}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

/// Returns whether the class contains the characters of a category: letters, digits, marks, symbols, punctuation, spaces.
const fn is_freeform(category: GeneralCategory) -> bool {
    !matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, normalize};
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_rfc_8265_are_enforced() {
        for valid in ["correct horse battery staple", "Correct Horse Battery Staple", "πßå", "Jack of ♦s"] {
            assert!(is_allowed(valid) && normalize(valid) == valid, "{valid}");
        }
        assert_eq!(normalize("foo\u{1680}bar"), "foo bar");
        assert!(!is_allowed("my cat is a \tby"));
    }

    #[test]
    fn scripts_and_emoji_are_allowed() {
        for valid in ["كلمة السر", "می\u{200C}خواهم", "ශ්\u{200D}රී ලංකා", "क्\u{200D}ष", "密码", "🐴🔋", "ﬁ½²", "・·٣"]
        {
            assert!(is_allowed(&normalize(valid)), "{valid}");
        }
    }

    #[test]
    fn invisible_unassigned_and_private_characters_are_rejected() {
        for bad in [
            "a\0",
            "a\u{7F}",
            "a\u{85}",
            "a\u{AD}",
            "a\u{34F}",
            "a\u{200B}",
            "a\u{200C}b",
            "a\u{200D}b",
            "a\u{2028}",
            "a\u{2029}",
            "a\u{202E}",
            "a\u{2066}",
            "a\u{FEFF}",
            "a\u{3164}",
            "\u{1100}",
            "❤\u{FE0F}",
            "👩\u{200D}💻",
            "a\u{E000}",
            "a\u{FDD0}",
            "a\u{FFFF}",
            "a\u{10FFFF}",
            "a\u{E0041}",
            "a\u{378}",
            "\u{200D}a",
        ] {
            assert!(!is_allowed(&normalize(bad)), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,20}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn normalizing_shortens_a_text_to_a_third_at_most(text in any::<String>()) {
            prop_assert!(normalize(&text).len().saturating_mul(3) >= text.len());
        }
    }
}
