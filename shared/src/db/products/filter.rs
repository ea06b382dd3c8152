//! Filters of lists and searches, and the index terms by which they are read.

use super::collection::literal;
use super::search_query::{SearchPart, SearchQuery};
use super::terms::{Term, category_term, facet_term, price_step, size_term};
use crate::domain::money::Money;
use crate::domain::search::Language;
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
    pub(super) fn access_paths(&self, query: Option<(&SearchQuery, SearchPart)>, language: Language) -> Vec<Vec<Term>> {
        let facet = Some(self.facet_terms(language)).filter(|terms| !terms.is_empty());
        match query {
            // Hardly any other product has the same name: counting those of the facet would take longer.
            Some((query, SearchPart::Whole)) => query.access_paths(SearchPart::Whole),
            Some((query, part)) => query.access_paths(part).into_iter().chain(facet).collect(),
            None => facet.into_iter().collect(),
        }
    }

    /// Returns the selection by one of the [`Self::access_paths`].
    pub(super) fn select(&self, query: Option<(&SearchQuery, SearchPart)>, terms: Vec<Term>) -> Selection {
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
        if let Some(exclusions) = query.map(|(query, part)| query.exclusions(part)).filter(|it| !it.is_empty()) {
            conditions.insert("$nor", exclusions);
        }
        Selection { terms, conditions }
    }

    /// Returns the terms of one facet: the first given one of colour, size, price and category.
    fn facet_terms(&self, language: Language) -> Vec<Term> {
        let within = self.category.as_ref().map(Label::as_str);
        if let Some(color) = &self.color {
            vec![facet_term(within, "color", color.as_str())]
        } else if let Some(size) = &self.size {
            vec![size_term(within, size.as_str(), language)]
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
