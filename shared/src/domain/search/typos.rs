//! Spelling correction: finds the known word that is nearest to a misspelled one.

use super::prefixes::is_numbered;
use std::collections::BTreeSet;

/// Minimum length of a word in which one typo is corrected. In shorter words another word is as likely: shirt and
/// skirt.
const MIN_LENGTH_ONE_TYPO: usize = 5;

/// Minimum length of a word in which two typos are corrected.
const MIN_LENGTH_TWO_TYPOS: usize = 8;

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

#[cfg(test)]
mod tests {
    use super::{best_correction, deletion_variants, distance};
    use proptest::prelude::*;

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

    #[test]
    fn variants_lack_one_letter_of_a_longer_word() {
        let variants = |word| deletion_variants(word).into_iter().collect::<Vec<_>>();
        assert_eq!(variants("skirt"), ["kirt", "sirt", "skir", "skirt", "skit", "skrt"]);
        assert_eq!(variants("tees"), ["ees", "tee", "tees", "tes"]);
        assert_eq!(variants("tee"), [""; 0]);
        assert_eq!(variants("model500"), [""; 0]);
    }

    #[test]
    fn the_distance_counts_single_edits_and_swapped_neighbours() {
        for (one, other, edits) in [
            ("jacket", "jacket", 0),
            ("jacket", "jakcet", 1),
            ("jacket", "jaket", 1),
            ("jacket", "jackets", 1),
            ("jacket", "jaxyet", 2),
            ("ab", "ca", 2),
            ("ab", "bc", 2),
            ("ca", "abc", 3),
            ("", "tee", 3),
            ("größe", "grosse", 3),
        ] {
            assert_eq!((distance(one, other), distance(other, one)), (edits, edits), "{one} {other}");
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
