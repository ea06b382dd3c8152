//! Text search: normalized words, their stems and prefixes, stop words, and spelling correction.

use super::validation::ValidationError;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Maximum number of indexed words per text. A longer description is found by its first words.
const MAX_WORDS: usize = 400;

/// Maximum number of words of a query. Further words are ignored.
const MAX_QUERY_WORDS: usize = 12;

/// Maximum length of an indexed prefix, in characters. Longer prefixes are completed from the vocabulary, which has few
/// words that start with one.
const MAX_PREFIX: usize = 3;

/// The same for a word with a digit. The vocabulary has no such words, because every model number and measure would be
/// one.
const MAX_NUMBERED_PREFIX: usize = 8;

/// Maximum length of a word, in characters. Longer words are truncated.
const MAX_WORD: usize = 40;

/// Minimum length of a word in which one typo is corrected. In shorter words another word is as likely: shirt and
/// skirt.
const MIN_LENGTH_ONE_TYPO: usize = 5;

/// Minimum length of a word in which two typos are corrected.
const MIN_LENGTH_TWO_TYPOS: usize = 8;

/// English words that are too common to search for.
const STOP_WORDS: [&str; 32] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is", "it", "its",
    "of", "on", "or", "so", "that", "the", "their", "they", "this", "to", "was", "will", "with", "you", "your",
];

/// The text of a search: 1 to 200 characters, without operators or patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// Maximum number of characters.
    pub const MAX: usize = 200;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the distinct words that a product must contain. Stop words are dropped, except the last word: it may be
    /// the prefix of another.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for word in self::words(&self.0) {
            words.retain(|other| *other != word);
            words.push(word);
        }
        words.truncate(MAX_QUERY_WORDS);
        let last = words.pop();
        words.retain(|word| !is_stop_word(word));
        words.extend(last);
        words
    }
}

impl std::str::FromStr for SearchText {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let text: super::text::Text<{ Self::MAX }> = text.parse()?;
        Ok(Self(text.as_str().to_owned()))
    }
}

/// Splits a text into words without case and accents, in their order.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_WORDS).map(|word| word.chars().take(MAX_WORD).collect()).collect()
}

/// Returns whether a word is too common to search for.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Returns the stem of a word: "shoe" for "shoes".
#[must_use]
pub fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// Returns the prefixes by which a word is indexed.
#[must_use]
pub fn index_prefixes(word: &str) -> BTreeSet<String> {
    let longest = if is_numbered(word) { MAX_NUMBERED_PREFIX } else { MAX_PREFIX };
    let ends = word.char_indices().map(|(start, letter)| start.saturating_add(letter.len_utf8()));
    ends.take(longest).filter_map(|end| word.get(..end)).map(str::to_owned).collect()
}

/// Returns the prefix in [`index_prefixes`] by which an incomplete word is found.
#[must_use]
pub fn query_prefix(typed: &str) -> String {
    typed.chars().take(MAX_NUMBERED_PREFIX).collect()
}

/// Returns whether an incomplete word may be longer than its [`index_prefixes`].
#[must_use]
pub fn exceeds_index_prefixes(typed: &str) -> bool {
    typed.chars().count() > MAX_PREFIX
}

fn is_numbered(word: &str) -> bool {
    word.contains(char::is_numeric)
}

/// Returns a word and its variants with one letter deleted. Two words that differ by one typo share a variant: the
/// symmetric delete algorithm
/// (<https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f>).
///
/// Empty for a word that is too short to be corrected, or has a digit: another number is as likely.
#[must_use]
pub fn deletion_variants(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len().saturating_add(1) < MIN_LENGTH_ONE_TYPO || is_numbered(word) {
        return BTreeSet::new();
    }
    let without = |deleted: usize| {
        let rest = letters.iter().enumerate().filter(|(position, _)| *position != deleted);
        rest.map(|(_, letter)| *letter).collect()
    };
    (0..letters.len()).map(without).chain([word.to_owned()]).collect()
}

/// Returns the known word with the fewest typos in the typed one; `None` when all have too many.
#[must_use]
pub fn best_correction<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let max_typos = match typed.chars().count() {
        length if length >= MIN_LENGTH_TWO_TYPOS => 2,
        length if length >= MIN_LENGTH_ONE_TYPO => 1,
        _ => return None,
    };
    let near =
        known.into_iter().map(|word| (distance(typed, word), word)).filter(|(distance, _)| *distance <= max_typos);
    near.min().map(|(_, word)| word)
}

/// Returns the number of deletions, insertions, substitutions and transpositions between two words: the optimal string
/// alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], position: usize| row.get(position).copied().unwrap_or(usize::MAX);
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, other) in b.iter().enumerate() {
            let next = j.saturating_add(1);
            let substituted = at(&last, j).saturating_add(usize::from(letter != other));
            let inserted_or_deleted = at(&last, next).min(at(&row, j)).saturating_add(1);
            let transposed = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(i), Some(j)) if a.get(i) == Some(other) && b.get(j) == Some(letter) => {
                    at(&before, j).saturating_add(1)
                }
                _ => usize::MAX,
            };
            row.push(substituted.min(inserted_or_deleted).min(transposed));
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, b.len())
}

/// Removes case and accents. Letters that Unicode does not decompose are transliterated. ASCII text, the common case,
/// takes a shortcut.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase().replace('\'', "");
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            // "men's" equals "mens".
            '\'' | '’' => {}
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{
        SearchText, best_correction, deletion_variants, distance, exceeds_index_prefixes, index_prefixes, query_prefix,
        stem, words,
    };
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert_eq!(words("Café-CRÈME, Zoë’s Straße; 100% Ł"), ["cafe", "creme", "zoes", "strasse", "100", "l"]);
    }

    #[test]
    fn inflected_forms_share_a_stem() {
        for (one, other) in [("shoes", "shoe"), ("running", "runs"), ("berries", "berry"), ("knitted", "knit")] {
            assert_eq!(stem(one), stem(other));
        }
    }

    #[test]
    fn words_with_digits_have_longer_indexed_prefixes() {
        for (word, longest) in
            [("leather", 3), ("\u{e4}rmel", 3), ("tee", 3), ("501", 3), ("model500", 8), ("iso9001zertifiziert", 8)]
        {
            let prefixes = index_prefixes(word);
            for length in 1..=word.chars().count() {
                let typed: String = word.chars().take(length).collect();
                let is_indexed = length <= longest || longest == 8;
                assert_eq!(prefixes.contains(&query_prefix(&typed)), is_indexed, "{typed} of {word}");
                assert!(is_indexed || exceeds_index_prefixes(&typed), "{typed} of {word}");
            }
        }
    }

    #[test]
    fn queries_drop_stop_words_except_the_last_word() {
        let words = |text: &str| text.parse::<SearchText>().unwrap().words();
        assert_eq!(words("a bag for the Beach"), ["bag", "beach"]);
        assert_eq!(words("the"), ["the"]);
        assert_eq!(words("tee tee"), ["tee"]);
        assert!(words("$%^").is_empty());
        assert!("x".repeat(201).parse::<SearchText>().is_err());
        assert!(" ".parse::<SearchText>().is_err());
    }

    #[test]
    fn typos_are_corrected_in_longer_words_only() {
        let known = ["leather", "jacket", "shirt", "skirt", "waterproof"];
        for (typed, correction) in [
            ("leahter", Some("leather")),
            ("jaket", Some("jacket")),
            ("jackett", Some("jacket")),
            ("jacxet", Some("jacket")),
            ("watterprof", Some("waterproof")),
            ("shrt", None),
            ("tractor", None),
        ] {
            assert_eq!(best_correction(typed, known), correction, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn words_one_typo_apart_share_a_deletion_variant(word in "[a-z]{6,12}", position in 0_usize..6, letter in "[a-z]") {
            let mut typed = word.clone();
            typed.replace_range(position..=position, &letter);
            prop_assert!(distance(&word, &typed) <= 1);
            prop_assert!(!deletion_variants(&word).is_disjoint(&deletion_variants(&typed)));
        }
    }
}
