//! Text as it is searched: words without case and accents, their stems, and words that differ by a typo.

use super::validation::ValidationError;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most words of one text that are looked at; a description of more is found by its first ones.
const MAX_WORDS: usize = 400;

/// The most words of a query that count.
const MAX_ASKED: usize = 12;

/// The longest beginning of a word that is kept apart, in characters. Of what is typed beyond it the
/// vocabulary knows the few words that it may become.
const MAX_PREFIX: usize = 3;

/// The same of a word with a digit in it, which the vocabulary does not have: there are as many of
/// them as there are models and measures.
const MAX_NUMBERED: usize = 8;

/// The longest word, in characters; what is longer is cut.
const MAX_WORD: usize = 40;

/// The shortest word in which a typo is forgiven, and the shortest in which two are. In a shorter one
/// another word is as likely: a shirt is no skirt.
const FORGIVEN: (usize, usize) = (5, 8);

/// English words that say nothing of a product.
const STOP_WORDS: [&str; 32] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is", "it", "its",
    "of", "on", "or", "so", "that", "the", "their", "they", "this", "to", "was", "will", "with", "you", "your",
];

/// What somebody searches for: 1 to 200 characters. Nothing in it is a pattern or an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The longest that is searched for, in characters.
    pub const MAX: usize = 200;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words that all have to be found, each once. Words that say nothing are left out, but for the
    /// last one, which may be the beginning of another.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for word in self::words(&self.0) {
            words.retain(|other| *other != word);
            words.push(word);
        }
        words.truncate(MAX_ASKED);
        let last = words.pop();
        words.retain(|word| !says_nothing(word));
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

/// The words of a text, without case and accents, in their order.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_WORDS).map(|word| word.chars().take(MAX_WORD).collect()).collect()
}

/// Whether a word is too common to be looked for.
#[must_use]
pub fn says_nothing(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// What the forms of a word have in common: that of "shoes" is "shoe".
#[must_use]
pub fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// The beginnings of a word that it is found by while it is typed.
#[must_use]
pub fn beginnings(word: &str) -> BTreeSet<String> {
    let longest = if is_numbered(word) { MAX_NUMBERED } else { MAX_PREFIX };
    let ends = word.char_indices().map(|(start, letter)| start.saturating_add(letter.len_utf8()));
    ends.take(longest).filter_map(|end| word.get(..end)).map(str::to_owned).collect()
}

/// By which of its [`beginnings`] a word is found that may not be typed to its end.
#[must_use]
pub fn beginning(typed: &str) -> String {
    typed.chars().take(MAX_NUMBERED).collect()
}

/// Whether more is typed of a word than its [`beginnings`] say.
#[must_use]
pub fn is_beyond_beginnings(typed: &str) -> bool {
    typed.chars().count() > MAX_PREFIX
}

fn is_numbered(word: &str) -> bool {
    word.contains(char::is_numeric)
}

/// A word and what is left of it without one of its letters. Two words that differ by a typo have
/// one of these in common (<https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f>).
/// Empty for a word that is too short to be guessed, or has a digit: another number is as likely.
#[must_use]
pub fn neighbourhood(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len().saturating_add(1) < FORGIVEN.0 || is_numbered(word) {
        return BTreeSet::new();
    }
    let without = |default_if_missing: usize| {
        let rest = letters.iter().enumerate().filter(|(position, _)| *position != default_if_missing);
        rest.map(|(_, letter)| *letter).collect()
    };
    (0..letters.len()).map(without).chain([word.to_owned()]).collect()
}

/// Of some words the one that was most likely meant; `None` when none is near enough.
#[must_use]
pub fn meant<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (one, two) = FORGIVEN;
    let most = match typed.chars().count() {
        length if length >= two => 2,
        length if length >= one => 1,
        _ => return None,
    };
    let near = known.into_iter().map(|word| (distance(typed, word), word)).filter(|(distance, _)| *distance <= most);
    near.min().map(|(_, word)| word)
}

/// How many letters were left out, added, mistaken or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], position: usize| row.get(position).copied().unwrap_or(usize::MAX);
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, other) in b.iter().enumerate() {
            let next = j.saturating_add(1);
            let mistaken = at(&last, j).saturating_add(usize::from(letter != other));
            let default_if_missing = at(&last, next).min(at(&row, j)).saturating_add(1);
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(i), Some(j)) if a.get(i) == Some(other) && b.get(j) == Some(letter) => {
                    at(&before, j).saturating_add(1)
                }
                _ => usize::MAX,
            };
            row.push(mistaken.min(default_if_missing).min(swapped));
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, b.len())
}

/// Without case and accents. What Unicode does not take apart is written as it is without them; most text is
/// ASCII, and has nothing to take apart.
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
            // "men's" is one word, and so is "mens".
            '\'' | '’' => {}
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{SearchText, beginning, beginnings, distance, is_beyond_beginnings, meant, neighbourhood, stem, words};
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert_eq!(words("Café-CRÈME, Zoë’s Straße; 100% Ł"), ["cafe", "creme", "zoes", "strasse", "100", "l"]);
    }

    #[test]
    fn the_forms_of_a_word_have_one_stem() {
        for (one, other) in [("shoes", "shoe"), ("running", "runs"), ("berries", "berry"), ("knitted", "knit")] {
            assert_eq!(stem(one), stem(other));
        }
    }

    #[test]
    fn a_word_is_found_by_its_first_letters_and_one_with_a_digit_by_more() {
        for (word, longest) in
            [("leather", 3), ("\u{e4}rmel", 3), ("tee", 3), ("501", 3), ("model500", 8), ("iso9001zertifiziert", 8)]
        {
            let beginnings = beginnings(word);
            for length in 1..=word.chars().count() {
                let typed: String = word.chars().take(length).collect();
                let is_kept = length <= longest || longest == 8;
                assert_eq!(beginnings.contains(&beginning(&typed)), is_kept, "{typed} of {word}");
                assert!(is_kept || is_beyond_beginnings(&typed), "{typed} of {word}");
            }
        }
    }

    #[test]
    fn a_query_keeps_its_last_word_and_drops_what_says_nothing() {
        let words = |text: &str| text.parse::<SearchText>().unwrap().words();
        assert_eq!(words("a bag for the Beach"), ["bag", "beach"]);
        assert_eq!(words("the"), ["the"]);
        assert_eq!(words("tee tee"), ["tee"]);
        assert!(words("$%^").is_empty());
        assert!("x".repeat(201).parse::<SearchText>().is_err());
        assert!(" ".parse::<SearchText>().is_err());
    }

    #[test]
    fn a_typo_is_forgiven_in_a_longer_word_only() {
        let known = ["leather", "jacket", "shirt", "skirt", "waterproof"];
        for (typed, word) in [
            ("leahter", Some("leather")),
            ("jaket", Some("jacket")),
            ("jackett", Some("jacket")),
            ("jacxet", Some("jacket")),
            ("watterprof", Some("waterproof")),
            ("shrt", None),
            ("tractor", None),
        ] {
            assert_eq!(meant(typed, known), word, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn words_one_typo_apart_are_neighbours(word in "[a-z]{6,12}", position in 0_usize..6, letter in "[a-z]") {
            let mut typed = word.clone();
            typed.replace_range(position..=position, &letter);
            prop_assert!(distance(&word, &typed) <= 1);
            prop_assert!(!neighbourhood(&word).is_disjoint(&neighbourhood(&typed)));
        }
    }
}
