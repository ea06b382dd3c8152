//! Removes differences in writing that do not distinguish words: letter case, width, accents, vowel marks.

use super::Language;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The digits 0 of the decimal systems of other scripts. The other nine digits follow each of them.
const ZEROS: [char; 11] = ['٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '๐', '໐'];

/// Returns a text in lower case and in its compatibility form (NFKC), which has one character for full and half width
/// and for ligatures. Accents remain, because stems depend on them. Vowel marks and joiners are removed.
pub(super) fn normalize(text: &str, language: Language) -> String {
    if text.is_ascii() && language != Language::Turkish {
        return text.to_ascii_lowercase();
    }
    let compatible = text.chars().map(|c| match c {
        // In their compatibility forms the marks of a brand would become letters of its name, and an acute accent a
        // blank.
        '™' | '℠' => ' ',
        '´' => '\'',
        c => c,
    });
    let compatible = compatible.nfkc().filter(|c| !is_ignorable(*c));
    let lower = compatible.flat_map(|c| match (c, language) {
        ('I', Language::Turkish) => 'ı'.to_lowercase(),
        ('İ', _) => 'i'.to_lowercase(),
        _ => c.to_lowercase(),
    });
    lower.map(unify).collect()
}

/// Removes accents from a word in lower case, and transliterates Latin letters that Unicode does not decompose.
#[must_use]
pub fn fold(word: &str, language: Language) -> String {
    let mut folded = if word.is_ascii() { word.to_owned() } else { without_accents(word) };
    for digraph in language.digraphs() {
        if let Some(first) = digraph.chars().next() {
            folded = folded.replace(digraph, first.encode_utf8(&mut [0; 4]));
        }
    }
    folded
}

fn without_accents(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut previous = None;
    for c in word.nfkd() {
        // The Cyrillic letters и and й are as different as i and j.
        if is_accent(c) && !(c == '\u{306}' && previous == Some('и')) {
            continue;
        }
        previous = Some(c);
        match transliterate(c) {
            Cow::Borrowed(text) => folded.push_str(text),
            Cow::Owned(text) => folded.push_str(&text),
        }
    }
    folded.nfc().collect()
}

fn transliterate(c: char) -> Cow<'static, str> {
    Cow::Borrowed(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        'ŧ' => "t",
        // Arabic letters that are often written without their dots or in Persian form.
        'ة' => "ه",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ٱ' => "ا",
        _ => return Cow::Owned(c.into()),
    })
}

/// Returns whether a character only modifies how others are read or displayed: Arabic and Hebrew vowel marks, the
/// Arabic elongation, joiners, soft hyphens, variation selectors, skin tones of emoji.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
            | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{652}' | '\u{656}'..='\u{65F}' | '\u{670}'
            | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}' | '\u{6EA}'..='\u{6ED}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{1F3FB}'..='\u{1F3FF}'
    )
}

/// Returns whether a character is an accent of the preceding letter. The marks of Indic, Thai and Japanese letters are
/// vowels or distinguish consonants; they remain.
const fn is_accent(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}'
            | '\u{483}'..='\u{487}'
            | '\u{653}'..='\u{655}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Returns one character for those that differ only in their place in a word, their script, or their shape.
fn unify(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '׳' | '״' => '\'',
        'ς' => 'σ',
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        // Katakana as Hiragana, 96 code points before it.
        'ァ'..='ヶ' => u32::from(c).checked_sub(0x60).and_then(char::from_u32).unwrap_or(c),
        c => decimal_digit(c),
    }
}

fn decimal_digit(c: char) -> char {
    let digit = |zero: char| char::from_digit(u32::from(c).checked_sub(zero.into())?, 10);
    ZEROS.into_iter().find_map(digit).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::{fold, normalize};
    use crate::domain::search::Language;

    fn folded(text: &str, language: Language) -> String {
        fold(&normalize(text, language), language)
    }

    #[test]
    fn spellings_that_differ_in_case_width_or_marks_are_equal() {
        for (one, other) in [
            ("CRÈME", "creme"),
            ("ΟΔΟΣ", "οδός"),
            ("STRASSE", "Straße"),
            ("STRAẞE", "strasse"),
            ("İstanbul", "ISTANBUL"),
            ("ışık", "ISIK"),
            ("Ｍｕｇ１２", "mug12"),
            ("oﬃce", "office"),
            ("ſilk", "Silk"),
            ("Ёлка", "елка"),
            ("ﾊﾞｯｸﾞ", "バッグ"),
            ("すにーかー", "スニーカー"),
            ("كِتَابٌ", "كتاب"),
            ("كـــتاب", "كتاب"),
            ("أحمد", "احمد"),
            ("کیف", "كيف"),
            ("שָׁלוֹם", "שלומ"),
            ("١٢", "12"),
            ("๑๒", "12"),
            ("m²", "M2"),
            ("Ｋ", "K"),
            ("👍🏽", "👍"),
            ("Đồng", "dong"),
            ("Cr\u{AD}eme", "creme"),
            ("ăn", "an"),
            ("и\u{301}ва", "ива"),
            ("Ærø", "aero"),
            ("Œuvre", "oeuvre"),
            ("Ħal", "hal"),
            ("Łódź", "lodz"),
            ("Þór", "thor"),
            ("Ŧ", "t"),
            ("مدرسة", "مدرسه"),
            ("ٱسم", "اسم"),
        ] {
            assert_eq!(folded(one, Language::English), folded(other, Language::English), "{one} {other}");
        }
    }

    #[test]
    fn letters_that_distinguish_words_remain() {
        for (one, other) in [("バッグ", "ハック"), ("йод", "иод"), ("कि", "क"), ("มา", "มี")]
        {
            assert_ne!(folded(one, Language::English), folded(other, Language::English), "{one} {other}");
        }
    }

    #[test]
    fn turkish_has_an_i_with_and_one_without_a_dot() {
        for (language, text, lower) in [
            (Language::Turkish, "ILIK İP", "ılık ip"),
            (Language::English, "ILIK İP", "ilik ip"),
            (Language::English, "ILIK", "ilik"),
            (Language::Turkish, "ILIK", "ılık"),
        ] {
            assert_eq!(normalize(text, language), lower);
        }
    }

    #[test]
    fn digraphs_equal_umlauts_where_the_language_writes_them() {
        for (one, other) in [("Gürtel", "Guertel"), ("Größe", "GROESSE"), ("Bär", "baer"), ("Gürtel", "gurtel")] {
            assert_eq!(folded(one, Language::German), folded(other, Language::German));
        }
        assert_eq!(folded("Smørrebrød", Language::Danish), folded("Smoerrebroed", Language::Danish));
        assert_eq!(folded("Ål", Language::Norwegian), folded("aal", Language::Norwegian));
        assert_ne!(folded("shoe", Language::English), folded("sho", Language::English));
    }
}
