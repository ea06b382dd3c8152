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

/// Returns the compounds of a text: each pair of neighbouring words, and longer series of words that belong together.
/// A stop word is joined only where the text links it.
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
    let both = [previous, word];
    if word.is_linked {
        Some(Cohesion::Linked)
    } else if both.iter().any(|word| language.is_stop_word(&fold(&word.text, language))) {
        None
    } else if is_single_letter(&previous.text) {
        Some(Cohesion::SingleLetter)
    } else {
        Some(Cohesion::Neighbours)
    }
}

fn is_single_letter(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && word.chars().nth(1).is_none()
}

/// Returns, for each word of a query, the compounds of which it may be a part: with the word before it, with the word
/// after it, and of three words around a short one ("rock n roll").
#[must_use]
pub fn query_compounds(words: &[String]) -> Vec<Vec<String>> {
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
    compounds
}

#[cfg(test)]
mod tests {
    use super::{Cohesion, compounds, query_compounds};
    use crate::domain::search::{Language, words};

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
    fn neighbours_are_joined_unless_one_is_a_stop_word() {
        assert_eq!(texts("Yellow Rain Coat for Kids", Cohesion::Neighbours), ["yellowrain", "raincoat"]);
        assert_eq!(texts("Rock n Roll", Cohesion::Neighbours), ["rockn", "rocknroll"]);
        assert_eq!(texts("緑茶 Cup 10 mm", Cohesion::Neighbours), ["cup10", "10mm"]);
        for cohesion in [Cohesion::Linked, Cohesion::SingleLetter] {
            assert_eq!(texts("緑茶 Cup", cohesion), [""; 0]);
        }
    }

    #[test]
    fn a_word_of_a_query_may_be_part_of_several_compounds() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(query_compounds(&words("rain coat")), [["raincoat"], ["raincoat"]]);
        let [red, t, shirt] = <[Vec<String>; 3]>::try_from(query_compounds(&words("red t shirt"))).unwrap();
        assert_eq!((red.len(), t.len(), shirt.len()), (2, 3, 2));
        assert!(shirt.contains(&"tshirt".to_owned()) && shirt.contains(&"redtshirt".to_owned()));
        assert_eq!(query_compounds(&words("one")), [[""; 0]]);
        assert_eq!(query_compounds(&words("緑茶 cup")), [[""; 0], [""; 0]]);
    }
}
