//! Which products a list shows, and by which terms of the index it finds them.

use super::terms::{TERMS, Term, begun, called, category, facet, mentioned, price_step};
use crate::db::products::literal;
use crate::domain::money::Money;
use crate::domain::text::Label;
use bson::{Document, doc};

/// Which products to show; all that are for sale where nothing is named. What concerns a variant is
/// true of one and the same variant.
#[derive(Debug, Clone, Default)]
pub struct ProductFilter {
    /// Those of that category.
    pub category: Option<Label>,
    /// Those in that size.
    pub size: Option<Label>,
    /// Those in that colour.
    pub color: Option<Label>,
    /// Those that cost that much or more.
    pub min_price: Option<Money>,
    /// Those that cost that much or less.
    pub max_price: Option<Money>,
    /// Those of which there is something to sell.
    pub in_stock: bool,
}

/// Where the words of a search have to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere in the product.
    Anywhere,
    /// All in its name, its category or its colours.
    Title,
    /// Anywhere, but not all in the title.
    TextOnly,
}

/// The words that are searched for, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) words: &'a [String],
    /// What the last one may be the beginning of, beside what its first letters say.
    pub(super) completed: &'a [String],
    pub(super) place: Place,
}

/// What a query asks of each product, and by which terms the index leads to it.
pub(super) struct Selection {
    /// One of these terms is the product's: each is a range of the index. Without any, all products
    /// are read in the order of the list.
    pub(super) terms: Vec<Term>,
    /// What is asked of the products that the index leads to.
    pub(super) conditions: Document,
}

impl ProductFilter {
    /// By which terms the index can lead to the products: each way is enough, and leads to others, too. The
    /// index knows one term at a time, and which one is decided here: the server would have to try.
    pub(super) fn ways(&self, wanted: Option<Wanted<'_>>) -> Vec<Vec<Term>> {
        let words = wanted.map_or_else(Vec::new, |wanted| wanted.ways(wanted.place));
        words.into_iter().chain([self.facets()]).filter(|terms| !terms.is_empty()).collect()
    }

    /// What is asked of each product, on one of the [`Self::ways`] to it.
    pub(super) fn select(&self, wanted: Option<Wanted<'_>>, terms: Vec<Term>) -> Selection {
        let mut conditions = doc! { "is_active": true };
        if let Some(category) = &self.category {
            conditions.insert("category", category.as_str());
        }
        let words = wanted.map_or_else(Vec::new, |wanted| wanted.expressions());
        let expressions: Vec<Document> = self.of_one_variant().into_iter().chain(words).collect();
        if !expressions.is_empty() {
            conditions.insert("$expr", doc! { "$and": expressions });
        }
        Selection { terms, conditions }
    }

    fn facets(&self) -> Vec<Term> {
        let within = self.category.as_ref().map(Label::as_str);
        if let Some(color) = &self.color {
            vec![facet(within, "color", color.as_str())]
        } else if let Some(size) = &self.size {
            vec![facet(within, "size", size.as_str())]
        } else if self.min_price.is_some() || self.max_price.is_some() {
            let steps = price_step(self.min_price.unwrap_or(Money::ZERO))
                ..=price_step(self.max_price.unwrap_or(Money::MAX_CHARGE).min(Money::MAX_CHARGE));
            steps.map(|step| facet(within, "price", &step.to_string())).collect()
        } else {
            within.map(category).into_iter().collect()
        }
    }

    /// That some variant is all of what is asked; none when nothing is.
    fn of_one_variant(&self) -> Option<Document> {
        let price = || doc! { "$add": ["$base_price", "$$variant.price_modifier"] };
        let conditions: Vec<Document> = [
            self.size.as_ref().map(|size| doc! { "$eq": ["$$variant.size", literal(size.as_str())] }),
            self.color.as_ref().map(|color| doc! { "$eq": ["$$variant.color", literal(color.as_str())] }),
            self.min_price.map(|least| doc! { "$gte": [price(), least] }),
            self.max_price.map(|most| doc! { "$lte": [price(), most] }),
            self.in_stock.then(|| doc! { "$gt": ["$$variant.stock_quantity", 0_i64] }),
        ]
        .into_iter()
        .flatten()
        .collect();
        let some = |conditions: Vec<Document>| {
            let map = doc! { "input": "$variants", "as": "variant", "in": { "$and": conditions } };
            doc! { "$anyElementTrue": { "$map": map } }
        };
        (!conditions.is_empty()).then(|| some(conditions))
    }
}

impl Wanted<'_> {
    /// By which terms each word is found there.
    fn ways(&self, place: Place) -> Vec<Vec<Term>> {
        let last = self.words.len().saturating_sub(1);
        let words = self.words.iter().enumerate();
        words.map(|(position, word)| self.terms(word, position == last, place)).collect()
    }

    /// By which terms a word is found; the last one of a search may be typed in part.
    fn terms(&self, word: &str, is_last: bool, place: Place) -> Vec<Term> {
        let mut terms = vec![called(word)];
        if place != Place::Title {
            terms.push(mentioned(word));
        }
        if is_last {
            terms.push(begun(word));
            terms.extend(self.completed.iter().map(|word| called(word)));
        }
        // Many of the words that begin so are forms of one.
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    fn expressions(&self) -> Vec<Document> {
        let any_of = |terms: Vec<Term>| {
            let common = doc! { "$setIntersection": [literal(terms), format!("${TERMS}")] };
            doc! { "$ne": [common, []] }
        };
        let all_in = |place| self.ways(place).into_iter().map(any_of).collect::<Vec<_>>();
        let mut found = all_in(self.place);
        if self.place == Place::TextOnly {
            found.push(doc! { "$not": [{ "$and": all_in(Place::Title) }] });
        }
        found
    }
}
