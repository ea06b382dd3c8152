//! The words of a search as index terms, and the parts of its results.

use super::facet_terms::size_term;
use super::term::Term;
use super::terms::{TERMS, body_terms, prefix_term, sku_prefix_term, title_terms, whole_term};
use crate::domain::search::{Language, QueryWord, exceeds_index_prefixes, fold};
use crate::domain::sku::Sku;
use bson::{Document, doc};

/// The words of a search as index terms.
#[derive(Debug, Clone)]
pub struct SearchQuery {
    typed: Vec<QueryWord>,
    words: Vec<WordTerms>,
    /// The term of a product whose name or SKU is the text.
    whole: Term,
}

/// The terms of which a product must have one to match a word.
#[derive(Debug, Clone, Default)]
struct WordTerms {
    title: Vec<Term>,
    /// Further ones, if the word is the prefix of another.
    prefix: Vec<Term>,
    /// Further ones, for words that may be in the description.
    body: Vec<Term>,
}

/// The results of a search by relevance, in their order; or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchPart {
    /// Products with all words, anywhere.
    All,
    /// Products whose name or SKU is the text.
    Whole,
    /// Further products with all words in the title: name, category and colours.
    Title,
    /// Further products with all words in the title, of which the last one is a prefix.
    TitlePrefix,
    /// Further products with all words, some of them in the description.
    Rest,
}

impl SearchPart {
    /// Returns the number of the part in cursors.
    pub(super) const fn number(self) -> i32 {
        match self {
            Self::All | Self::Whole => 0,
            Self::Title => 1,
            Self::TitlePrefix => 2,
            Self::Rest => 3,
        }
    }
}

impl WordTerms {
    fn exclude_known_prefixes(&mut self) {
        let Self { title, prefix, .. } = self;
        prefix.retain(|term| !title.contains(term));
    }
}

impl SearchQuery {
    /// Makes the query of a text and its words.
    #[must_use]
    pub fn new(text: &str, typed: &[QueryWord], language: Language) -> Self {
        let sku: Option<Sku> = text.parse().ok();
        let sku = sku.filter(|sku| sku.as_str().contains(|c: char| !c.is_alphabetic()));
        let mut query = Self { typed: typed.to_vec(), words: Vec::new(), whole: whole_term(text, language) };
        for word in typed {
            let mut terms = WordTerms::default();
            for spelling in [&word.text].into_iter().chain(&word.compounds) {
                terms.title.extend(title_terms(spelling, language));
                terms.body.extend(body_terms(spelling, language));
                // As the only word, a size would precede all names that start with it.
                if typed.len() > 1 {
                    terms.title.push(size_term(None, spelling, language));
                }
            }
            terms.title.extend(sku.as_ref().map(sku_prefix_term));
            query.words.push(terms);
        }
        if let (Some(typed), Some(word)) = (typed.last(), query.words.last_mut()) {
            let typed = fold(&typed.text, language);
            // A prefix of this length is indexed for words with a digit, which rank like the word itself.
            let indexed = if exceeds_index_prefixes(&typed) { &mut word.title } else { &mut word.prefix };
            indexed.push(prefix_term(&typed));
            word.exclude_known_prefixes();
        }
        query
    }

    /// Returns the words as they were typed.
    pub(super) fn typed(&self) -> &[QueryWord] {
        &self.typed
    }

    /// Returns the query with the terms of words and compounds that start with the last word: its completions from the
    /// vocabulary. They only add matches after those of [`SearchPart::Title`].
    pub(super) fn with_completions(&self, completions: &[String], language: Language) -> Self {
        let mut query = self.clone();
        let Some((last_word, previous)) = self.typed.split_last() else { return query };
        let compound = last_word.compounds.first();
        // A stop word that was dropped between the last two words leaves them without a common compound.
        let is_shared = previous.last().is_some_and(|word| compound.is_some_and(|it| word.compounds.contains(it)));
        let completed = |typed: &String| -> Vec<Term> {
            let typed = fold(typed, language);
            let words = completions.iter().filter(|word| word.starts_with(&typed));
            words.flat_map(|word| title_terms(word, language)).collect()
        };
        let (of_word, of_compound) = (completed(&last_word.text), compound.map(completed).unwrap_or_default());
        let mut last = query.words.iter_mut().rev();
        if let Some(word) = last.next() {
            word.prefix.extend(of_word.iter().chain(&of_compound));
            word.exclude_known_prefixes();
        }
        if let Some(word) = last.next().filter(|_| is_shared) {
            word.prefix.extend(of_compound);
            word.exclude_known_prefixes();
        }
        query
    }

    /// Returns whether the query has no words, so that nothing matches.
    #[must_use]
    pub(super) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the parts of the results by relevance that depend on completions.
    pub(super) fn completed_parts(&self) -> impl Iterator<Item = SearchPart> {
        let has_prefixes = self.words.iter().any(|word| !word.prefix.is_empty());
        has_prefixes.then_some(SearchPart::TitlePrefix).into_iter().chain([SearchPart::Rest])
    }

    /// Returns the sets of terms of which each match in a part has one.
    pub(super) fn access_paths(&self, part: SearchPart) -> Vec<Vec<Term>> {
        match part {
            SearchPart::Whole => vec![vec![self.whole]],
            SearchPart::All | SearchPart::Title | SearchPart::TitlePrefix | SearchPart::Rest => {
                self.words.iter().map(|word| self.terms(word, part)).collect()
            }
        }
    }

    fn terms(&self, WordTerms { title, prefix, body }: &WordTerms, part: SearchPart) -> Vec<Term> {
        let mut terms = title.clone();
        match part {
            SearchPart::Whole | SearchPart::Title => {}
            SearchPart::TitlePrefix => terms.extend(prefix),
            SearchPart::Rest => terms.extend(prefix.iter().chain(body)),
            SearchPart::All => terms.extend(prefix.iter().chain(body).chain([&self.whole])),
        }
        // Many completions share a stem.
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Returns conditions of which no match in a part fulfils any. Positive conditions on terms would be further ranges
    /// of the index, among which the server would have to choose.
    pub(super) fn exclusions(&self, part: SearchPart) -> Vec<Document> {
        let none_of = |terms: Vec<Term>| doc! { TERMS: { "$nin": terms } };
        let all_words = |part: SearchPart| -> Document {
            let words = self.words.iter().map(|word| doc! { TERMS: { "$in": self.terms(word, part) } });
            doc! { "$and": words.collect::<Vec<_>>() }
        };
        if part == SearchPart::Whole {
            return Vec::new();
        }
        let mut exclusions: Vec<Document> = self.words.iter().map(|word| none_of(self.terms(word, part))).collect();
        if part != SearchPart::All {
            exclusions.push(doc! { TERMS: self.whole });
        }
        match part {
            SearchPart::All | SearchPart::Whole | SearchPart::Title => {}
            SearchPart::TitlePrefix => exclusions.push(all_words(SearchPart::Title)),
            SearchPart::Rest => exclusions.push(all_words(SearchPart::TitlePrefix)),
        }
        exclusions
    }
}
