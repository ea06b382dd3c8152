//! Prefixes of words that are still being typed.

use std::collections::BTreeSet;

/// Maximum length of an indexed prefix, in characters. Longer prefixes are completed from the vocabulary, which has few
/// words that start with one.
const MAX_PREFIX: usize = 3;

/// The same for a word with a digit. The vocabulary has no such words, because every model number and measure would be
/// one.
const MAX_NUMBERED_PREFIX: usize = 8;

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

pub(super) fn is_numbered(word: &str) -> bool {
    word.contains(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::{exceeds_index_prefixes, index_prefixes, query_prefix};

    #[test]
    fn only_a_fourth_letter_exceeds_the_indexed_prefixes() {
        assert_eq!(
            ["l", "lea", "leat", "\u{e4}rm", "\u{e4}rme"].map(exceeds_index_prefixes),
            [false, false, true, false, true]
        );
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
}
