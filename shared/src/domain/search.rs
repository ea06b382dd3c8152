//! Text search: the words of a text, and the forms and spellings in which each is found.

mod compounds;
mod fold;
mod irregular_forms;
mod language;
mod prefixes;
mod stems;
mod stop_words;
mod typos;
mod words;

pub use compounds::{Cohesion, QueryWord, compounds};
pub use fold::fold;
pub use language::Language;
pub use prefixes::{exceeds_index_prefixes, index_prefixes, query_prefix};
pub use stems::stems;
pub use typos::{best_correction, deletion_variants};
pub use words::{Word, WordKind, is_unspaced, whole, words};

use super::validation::ValidationError;

/// Maximum number of words of a query. Further words are ignored.
const MAX_QUERY_WORDS: usize = 12;

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

    /// Returns the distinct words that a product must contain. Stop words are dropped, unless there are no others; the
    /// compounds of the words beside them remain.
    #[must_use]
    pub fn words(&self, language: Language) -> Vec<QueryWord> {
        let mut distinct: Vec<String> = Vec::new();
        for Word { text, kind, .. } in words(&self.0, language) {
            if kind != WordKind::CharacterInBigram {
                distinct.retain(|other| *other != text);
                distinct.push(text);
            }
        }
        let mut words = QueryWord::list(distinct);
        let is_stop_word = |word: &QueryWord| language.is_stop_word(&fold(&word.text, language));
        if !words.iter().all(is_stop_word) {
            words.retain(|word| !is_stop_word(word));
        }
        words.truncate(MAX_QUERY_WORDS);
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

#[cfg(test)]
mod tests {
    use super::{Language, SearchText, WordKind, whole, words};

    fn spaced(text: &str, language: Language) -> Vec<String> {
        words(text, language).into_iter().filter(|it| it.kind == WordKind::Spaced).map(|it| it.text).collect()
    }

    #[test]
    fn the_text_of_a_search_is_trimmed() {
        assert_eq!(" Red Mug ".parse::<SearchText>().unwrap().as_str(), "Red Mug");
    }

    #[test]
    fn words_end_at_blanks_and_punctuation() {
        for (text, expected) in [
            ("Café-CRÈME, Straße; 100% Ł", &["café", "crème", "straße", "100", "ł"][..]),
            ("Levi’s men's James's JAMES' O'Neill", &["levis", "mens", "james", "james", "oneill"]),
            ("Brand™ C++ snake_case", &["brand", "c", "snake", "case"]),
            ("हिन्दी किताब", &["हिन्दी", "किताब"]),
            ("Jacket🧥Coat", &["jacket", "coat"]),
        ] {
            assert_eq!(spaced(text, Language::English), expected);
        }
        assert_eq!(spaced("L'eau d’été aujourd'hui", Language::French), ["l", "eau", "d", "été", "aujourd", "hui"]);
    }

    #[test]
    fn scripts_without_blanks_are_split_into_pairs() {
        let of_kind = |text: &str, kind: WordKind| -> Vec<String> {
            words(text, Language::English).into_iter().filter(|it| it.kind == kind).map(|it| it.text).collect()
        };
        assert_eq!(of_kind("日本の緑茶 tea", WordKind::Bigram), ["日本", "本の", "の緑", "緑茶"]);
        assert_eq!(of_kind("日本の緑茶 tea", WordKind::CharacterInBigram).len(), 5);
        assert_eq!(of_kind("日本の緑茶 tea", WordKind::Spaced), ["tea"]);
        assert_eq!(of_kind("茶 🧥 👍🏽", WordKind::Character), ["茶", "🧥", "👍"]);
        assert_eq!(of_kind("ที่นี่", WordKind::Bigram), ["ที่นี่"]);
        assert_eq!(of_kind("운동화", WordKind::Bigram), ["운동", "동화"]);
    }

    #[test]
    fn a_whole_text_is_equal_in_every_spelling() {
        for text in ["T-Shirt", "t shirt", "TSHIRT", "Ｔ－Ｓｈｉｒｔ", "«t.shirt»", "T'shirt"] {
            assert_eq!(whole(text, Language::English), "tshirt");
        }
        assert_eq!(whole("***", Language::English), "");
    }

    #[test]
    fn queries_drop_stop_words_unless_there_are_no_others() {
        let words = |text: &str| -> Vec<String> {
            let words = text.parse::<SearchText>().unwrap().words(Language::English);
            words.into_iter().map(|word| word.text).collect()
        };
        assert_eq!(words("a bag for the Beach"), ["bag", "beach"]);
        assert_eq!(words("boots for the"), ["boots"]);
        assert_eq!(words("the"), ["the"]);
        assert_eq!(words("To be or"), ["to", "be", "or"]);
        assert_eq!(words("tee tee"), ["tee"]);
        assert_eq!(words("緑茶"), ["緑茶"]);
        assert_eq!(words("茶"), ["茶"]);
        assert!(words("$%^").is_empty());
        assert!("x".repeat(201).parse::<SearchText>().is_err());
        assert!(" ".parse::<SearchText>().is_err());
    }
}
