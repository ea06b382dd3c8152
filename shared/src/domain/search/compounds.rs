//! Compounds, which are written as one word, as several, or with hyphens: "raincoat", "rain coat", "rain-coat".

use super::Language;
use super::fold::fold;
use super::words::{MAX_WORD, Word, WordKind, is_unspaced};

/// Maximum number of words of a compound.
const MAX_PARTS: usize = 4;

/// Neighbouring words of a text, written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound {
    /// The joined words.
    pub text: String,
    /// How closely the text joins them.
    pub cohesion: Cohesion,
}

/// How closely a text joins the words of a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cohesion {
    /// By hyphens or the like.
    Linked,
    /// By a blank, but the first one is a single letter, which is rarely a word: "T Shirt".
    SingleLetter,
    /// By a blank only.
    Neighbours,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// The word in lower case, with accents.
    pub text: String,
    /// The compounds of which it may be a part.
    pub compounds: Vec<String>,
}

/// Returns the compounds of a text: each pair of neighbouring words, and longer series of words that belong together.
/// Two stop words are joined only where the text links them.
#[must_use]
pub fn compounds(words: &[Word], language: Language) -> Vec<Compound> {
    let mut compounds = Vec::new();
    let mut series: Vec<&Word> = Vec::new();
    for word in words {
        let previous = series.last().copied();
        let Some((previous, cohesion)) = previous.and_then(|it| Some((it, cohesion(it, word, language)?))) else {
            series = vec![word];
            continue;
        };
        compounds.push(Compound { text: join([previous, word].into_iter()), cohesion });
        if cohesion == Cohesion::Neighbours && !is_single_letter(&word.text) {
            series.clear();
        } else if cohesion != Cohesion::Neighbours && (2..MAX_PARTS).contains(&series.len()) {
            let cohesion = if cohesion == Cohesion::Linked { Cohesion::Linked } else { Cohesion::Neighbours };
            compounds.push(Compound { text: join(series.iter().copied().chain([word])), cohesion });
        }
        series.push(word);
    }
    compounds
}

fn join<'a>(parts: impl Iterator<Item = &'a Word>) -> String {
    parts.flat_map(|word| word.text.chars()).take(MAX_WORD).collect()
}

fn cohesion(previous: &Word, word: &Word, language: Language) -> Option<Cohesion> {
    if previous.kind != WordKind::Spaced || word.kind != WordKind::Spaced {
        return None;
    }
    let is_stop_word = |word: &Word| language.is_stop_word(&fold(&word.text, language));
    match (is_stop_word(previous), is_stop_word(word)) {
        _ if word.is_linked => Some(Cohesion::Linked),
        (true, true) => None,
        (false, false) if is_single_letter(&previous.text) => Some(Cohesion::SingleLetter),
        _ => Some(Cohesion::Neighbours),
    }
}

fn is_single_letter(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && word.chars().nth(1).is_none()
}

impl QueryWord {
    /// Returns the words of a query with their compounds: with the word before, with the word after, and of three words
    /// around a short one ("rock n roll").
    #[must_use]
    pub fn list(words: Vec<String>) -> Vec<Self> {
        let mut compounds = vec![Vec::new(); words.len()];
        let is_joinable = |part: &String| part.chars().next().is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        for size in [2, 3] {
            for (start, parts) in words.windows(size).enumerate() {
                let is_pair_or_short = size == 2 || parts.get(1).is_some_and(|middle| middle.chars().nth(2).is_none());
                if is_pair_or_short && parts.iter().all(is_joinable) {
                    let joined: String = parts.iter().flat_map(|part| part.chars()).take(MAX_WORD).collect();
                    compounds.iter_mut().skip(start).take(size).for_each(|compounds| compounds.push(joined.clone()));
                }
            }
        }
        words.into_iter().zip(compounds).map(|(text, compounds)| Self { text, compounds }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cohesion, QueryWord, compounds};
    use crate::domain::search::{Language, SearchText, words};

    fn texts(text: &str, cohesion: Cohesion) -> Vec<String> {
        let found = compounds(&words(text, Language::English), Language::English);
        found.into_iter().filter(|it| it.cohesion == cohesion).map(|it| it.text).collect()
    }

    #[test]
    fn words_that_belong_together_are_joined() {
        for (text, linked) in [
            ("T-Shirt", &["tshirt"][..]),
            ("Plug-and-Play Hub", &["plugand", "andplay", "plugandplay"]),
            ("H&M", &["hm"]),
            ("U.S.A. Cap", &["us", "sa", "usa"]),
            ("black/white, red", &[]),
            ("bag - strap", &[]),
        ] {
            assert_eq!(texts(text, Cohesion::Linked), linked, "{text}");
        }
        assert_eq!(texts("Blue T Shirt", Cohesion::SingleLetter), ["tshirt"]);
    }

    #[test]
    fn neighbours_are_joined_unless_both_are_stop_words() {
        assert_eq!(texts("Yellow Rain Coat", Cohesion::Neighbours), ["yellowrain", "raincoat"]);
        assert_eq!(texts("Slip On for the Sea", Cohesion::Neighbours), ["slipon", "thesea"]);
        assert_eq!(texts("A Line Dress", Cohesion::Neighbours), ["aline", "linedress"]);
        assert_eq!(texts("Rock n Roll", Cohesion::Neighbours), ["rockn", "rocknroll"]);
        assert_eq!(texts("緑茶 Cup 10 mm", Cohesion::Neighbours), ["cup10", "10mm"]);
        for cohesion in [Cohesion::Linked, Cohesion::SingleLetter] {
            assert_eq!(texts("緑茶 Cup", cohesion), [""; 0]);
        }
    }

    #[test]
    fn a_word_of_a_query_may_be_part_of_several_compounds() {
        let compounds = |text: &str| -> Vec<Vec<String>> {
            let words = QueryWord::list(text.split(' ').map(str::to_owned).collect());
            words.into_iter().map(|word| word.compounds).collect()
        };
        assert_eq!(compounds("rain coat"), [["raincoat"], ["raincoat"]]);
        let [red, t, shirt] = <[Vec<String>; 3]>::try_from(compounds("red t shirt")).unwrap();
        assert_eq!((red.len(), t.len(), shirt.len()), (2, 3, 2));
        assert!(shirt.contains(&"tshirt".to_owned()) && shirt.contains(&"redtshirt".to_owned()));
        assert_eq!(compounds("one"), [[""; 0]]);
        assert_eq!(compounds("緑茶 cup"), [[""; 0], [""; 0]]);
    }

    #[test]
    fn a_dropped_stop_word_remains_in_the_compounds_of_a_query() {
        let text: SearchText = "slip on shoes".parse().unwrap();
        let words = text.words(Language::English);
        let [slip, shoes] = <[QueryWord; 2]>::try_from(words).unwrap();
        assert_eq!((slip.text.as_str(), shoes.text.as_str()), ("slip", "shoes"));
        assert_eq!(slip.compounds, ["slipon", "sliponshoes"]);
        assert_eq!(shoes.compounds, ["onshoes", "sliponshoes"]);
    }
}
