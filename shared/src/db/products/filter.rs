//! Filters of lists and searches, and the index terms by which they are read.

use super::collection::literal;
use super::terms::{TERMS, Term, body_term, category_term, facet_term, prefix_term, price_step, title_term};
use crate::domain::money::Money;
use crate::domain::text::Label;
use bson::{Document, doc};

/// A filter for active products. All given conditions must match, and those on variants must match one and the same
/// variant.
#[derive(Debug, Clone, Default)]
pub struct ProductFilter {
    /// Products of this category.
    pub category: Option<Label>,
    /// Products with a variant in this size.
    pub size: Option<Label>,
    /// Products with a variant in this colour.
    pub color: Option<Label>,
    /// Products with a variant at or above this price.
    pub min_price: Option<Money>,
    /// Products with a variant at or below this price.
    pub max_price: Option<Money>,
    /// Products with a variant in stock.
    pub in_stock: bool,
}

/// The fields in which the words of a search must occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchScope {
    /// Any field.
    Any,
    /// All words in the title: name, category and colours.
    Title,
    /// Any field, but not all words in the title.
    NotAllInTitle,
}

/// The words of a search and the fields in which they must occur.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchQuery<'a> {
    pub(super) words: &'a [String],
    /// Completions of the last word from the vocabulary.
    pub(super) completions: &'a [String],
    pub(super) scope: SearchScope,
}

/// The selection of a query: the index terms to read, and the conditions on each product.
pub(super) struct Selection {
    /// Terms of which a product must have one; each is a range of the index. If empty, all products are read in the
    /// order of the list.
    pub(super) terms: Vec<Term>,
    /// The conditions on the products that the index returns.
    pub(super) conditions: Document,
}

impl ProductFilter {
    /// Returns the access paths to the matching products. Each is a set of index terms of which every match has at
    /// least one; other products may have one, too. A query uses one of them. The choice is made here, because the
    /// server would have to try several.
    pub(super) fn access_paths(&self, query: Option<SearchQuery<'_>>) -> Vec<Vec<Term>> {
        let words = query.map_or_else(Vec::new, |query| query.terms_per_word(query.scope));
        words.into_iter().chain([self.facet_terms()]).filter(|terms| !terms.is_empty()).collect()
    }

    /// Returns the selection by one of the [`Self::access_paths`].
    pub(super) fn select(&self, query: Option<SearchQuery<'_>>, terms: Vec<Term>) -> Selection {
        let mut conditions = doc! { "is_active": true };
        if let Some(category) = &self.category {
            conditions.insert("category", category.as_str());
        }
        if let Some(max) = self.max_price {
            // Bounds a list by price at the maximum itself instead of at the end of its price step.
            conditions.insert("min_price", doc! { "$lte": max });
        }
        if let Some(expression) = self.matches_one_variant() {
            conditions.insert("$expr", expression);
        }
        if let Some(query) = query {
            conditions.insert("$nor", query.exclusions());
        }
        Selection { terms, conditions }
    }

    /// Returns the terms of one facet: the first given one of colour, size, price and category.
    fn facet_terms(&self) -> Vec<Term> {
        let within = self.category.as_ref().map(Label::as_str);
        if let Some(color) = &self.color {
            vec![facet_term(within, "color", color.as_str())]
        } else if let Some(size) = &self.size {
            vec![facet_term(within, "size", size.as_str())]
        } else if self.min_price.is_some() || self.max_price.is_some() {
            let steps = price_step(self.min_price.unwrap_or(Money::ZERO))
                ..=price_step(self.max_price.unwrap_or(Money::MAX_CHARGE).min(Money::MAX_CHARGE));
            steps.map(|step| facet_term(within, "price", &step.to_string())).collect()
        } else {
            within.map(category_term).into_iter().collect()
        }
    }

    /// Returns the condition that one variant matches all conditions on variants; `None` without such conditions.
    fn matches_one_variant(&self) -> Option<Document> {
        let price = || doc! { "$add": ["$base_price", "$$variant.price_modifier"] };
        let conditions: Vec<Document> = [
            self.size.as_ref().map(|size| doc! { "$eq": ["$$variant.size", literal(size.as_str())] }),
            self.color.as_ref().map(|color| doc! { "$eq": ["$$variant.color", literal(color.as_str())] }),
            self.min_price.map(|min| doc! { "$gte": [price(), min] }),
            self.max_price.map(|max| doc! { "$lte": [price(), max] }),
            self.in_stock.then(|| doc! { "$gt": ["$$variant.stock_quantity", 0_i64] }),
        ]
        .into_iter()
        .flatten()
        .collect();
        let any_variant = |conditions: Vec<Document>| {
            let map = doc! { "input": "$variants", "as": "variant", "in": { "$and": conditions } };
            doc! { "$anyElementTrue": { "$map": map } }
        };
        (!conditions.is_empty()).then(|| any_variant(conditions))
    }
}

impl SearchQuery<'_> {
    /// Returns, for each word, the terms of which a product must have one.
    fn terms_per_word(&self, scope: SearchScope) -> Vec<Vec<Term>> {
        let last = self.words.len().saturating_sub(1);
        let words = self.words.iter().enumerate();
        words.map(|(position, word)| self.terms(word, position == last, scope)).collect()
    }

    /// Returns the terms of a word. The last word may be a prefix.
    fn terms(&self, word: &str, is_last: bool, scope: SearchScope) -> Vec<Term> {
        let mut terms = vec![title_term(word)];
        if scope != SearchScope::Title {
            terms.push(body_term(word));
        }
        if is_last {
            terms.push(prefix_term(word));
            terms.extend(self.completions.iter().map(|word| title_term(word)));
        }
        // Many completions share a stem.
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Returns conditions of which no match fulfils any. Positive conditions on terms would be further ranges of the
    /// index, among which the server would have to choose.
    fn exclusions(&self) -> Vec<Document> {
        let none_of = |terms: Vec<Term>| doc! { TERMS: { "$nin": terms } };
        let mut exclusions: Vec<Document> = self.terms_per_word(self.scope).into_iter().map(none_of).collect();
        if self.scope == SearchScope::NotAllInTitle {
            let any_of = |terms: Vec<Term>| doc! { TERMS: { "$in": terms } };
            let all_in_title: Vec<_> = self.terms_per_word(SearchScope::Title).into_iter().map(any_of).collect();
            exclusions.push(doc! { "$and": all_in_title });
        }
        exclusions
    }
}
