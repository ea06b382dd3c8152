//! Filters of lists and searches, and the index terms by which they are read.

use super::activity::Activity;
use super::collection::literal;
use super::facet_terms::{category_term, facet_term, option_term, price_step, size_term, tag_term};
use super::facet_values::{FacetValues, VariantValues};
use super::search_query::{SearchPart, SearchQuery};
use super::term::Term;
use crate::domain::money::Money;
use crate::domain::product_options::{OptionName, OptionValue};
use crate::domain::quantity::Stock;
use crate::domain::search::Language;
use crate::domain::text::{Label, Text};
use bson::{Document, doc};

/// Maximum number of terms of an access path. Each is a range of the index, which the server merges with the others.
const MAX_TERMS: usize = 40;

/// A filter for products. All given conditions must match, and those on variants must match one and the same variant.
/// Of several values of a condition, one must match. The products of synthetic purchases never match.
#[derive(Debug, Clone, Default)]
pub struct ProductFilter {
    /// Whether the products are active: by default they are.
    pub activity: Activity,
    /// Products of these categories.
    pub category: Vec<Label>,
    /// Products with one of these tags.
    pub tag: Vec<Label>,
    /// Products with a variant in one of these sizes.
    pub size: Vec<Label>,
    /// Products with a variant in one of these colours.
    pub color: Vec<Label>,
    /// Products with a variant that has one of these values of each of these options.
    pub options: Vec<(OptionName, Vec<OptionValue>)>,
    /// Products with a variant at or above this price.
    pub min_price: Option<Money>,
    /// Products with a variant at or below this price.
    pub max_price: Option<Money>,
    /// Products with a variant in stock.
    pub in_stock: bool,
    /// Products with a variant of at most this stock.
    pub max_stock: Option<Stock>,
}

/// A property by which products are filtered and counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Facet {
    Category,
    Size,
    Color,
    /// One option.
    Option(OptionName),
    /// All options by which is not filtered.
    OtherOptions,
    Price,
    Stock,
}

/// The selection of a query: the index terms to read, and the conditions on each product.
pub(super) struct Selection {
    /// Terms of which a product must have one; each is a range of the index. If empty, all products are read in the
    /// order of the list.
    pub(super) terms: Vec<Term>,
    /// The conditions on the products that the index returns.
    pub(super) conditions: Document,
    /// The values of `is_active`. Each is another range of the index.
    pub(super) activity: Activity,
}

impl ProductFilter {
    /// Returns whether all products match.
    pub(super) fn is_empty(&self) -> bool {
        self.tag.is_empty() && self.facets().is_empty()
    }

    /// Returns the facets by which is filtered.
    pub(super) fn facets(&self) -> Vec<Facet> {
        let price = self.min_price.is_some() || self.max_price.is_some();
        let given = [
            (Facet::Category, !self.category.is_empty()),
            (Facet::Size, !self.size.is_empty()),
            (Facet::Color, !self.color.is_empty()),
            (Facet::Price, price),
            (Facet::Stock, self.in_stock),
        ];
        let given = given.into_iter().filter(|(_, is_given)| *is_given).map(|(facet, _)| facet);
        given.chain(self.options.iter().map(|(name, _)| Facet::Option(name.clone()))).collect()
    }

    /// Returns the filter without the condition on a facet.
    pub(super) fn without(&self, facet: &Facet) -> Self {
        let mut others = self.clone();
        match facet {
            Facet::Category => others.category.clear(),
            Facet::Size => others.size.clear(),
            Facet::Color => others.color.clear(),
            Facet::Option(name) => others.options.retain(|(other, _)| other != name),
            Facet::OtherOptions => {}
            Facet::Price => (others.min_price, others.max_price) = (None, None),
            Facet::Stock => others.in_stock = false,
        }
        others
    }

    /// Returns the variants that match all conditions except that on tags.
    pub(super) fn matching_variants<'a>(
        &self,
        values: &'a FacetValues<'a>,
    ) -> impl Iterator<Item = &'a VariantValues<'a>> {
        let has_category = self.category.is_empty() || is_among(Some(values.category), &self.category);
        values.variants.iter().filter(move |variant| has_category && self.matches(variant))
    }

    fn matches(&self, VariantValues { size, color, options, price, in_stock }: &VariantValues<'_>) -> bool {
        let has_option = |(name, values): &(OptionName, Vec<OptionValue>)| {
            let value = options.iter().find(|(other, _)| *other == name.as_str());
            is_among(value.map(|(_, value)| *value), values)
        };
        (self.size.is_empty() || is_among(*size, &self.size))
            && (self.color.is_empty() || is_among(*color, &self.color))
            && self.options.iter().all(has_option)
            && self.min_price.is_none_or(|min| *price >= min)
            && self.max_price.is_none_or(|max| *price <= max)
            && (*in_stock || !self.in_stock)
    }

    /// Returns the terms of which each match has one, among the terms of facets.
    pub(super) fn facet_access_path(&self, language: Language) -> Vec<Term> {
        // The values of facets do not have the tags.
        let terms = if self.tag.is_empty() { self.facet_terms(language) } else { self.tag_terms() };
        if terms.is_empty() { vec![Term::EVERY_PRODUCT] } else { terms }
    }

    fn tag_terms(&self) -> Vec<Term> {
        self.tag.iter().map(|tag| tag_term(tag.as_str())).collect()
    }

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
        let mut conditions = self.in_catalogue();
        for (field, labels) in [("category", &self.category), ("tags", &self.tag)] {
            match labels.as_slice() {
                [] => None,
                [label] => conditions.insert(field, label.as_str()),
                labels => conditions.insert(field, doc! { "$in": texts(labels) }),
            };
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
        Selection { terms, conditions, activity: self.activity }
    }

    /// Returns the condition on the catalogue: an exclusive product is not part of it. None is active.
    pub(super) fn in_catalogue(&self) -> Document {
        match self.activity {
            Activity::Active => doc! {},
            Activity::Inactive | Activity::Any => doc! { "exclusive_to": { "$exists": false } },
        }
    }

    /// Returns the terms of one facet: the first given one of colour, size, option, tag, price and category.
    fn facet_terms(&self, language: Language) -> Vec<Term> {
        if !self.color.is_empty() {
            self.within_categories(&self.color, |within, color| facet_term(within, "color", color.as_str()))
        } else if !self.size.is_empty() {
            self.within_categories(&self.size, |within, size| size_term(within, size.as_str(), language))
        } else if let Some((name, values)) = self.options.first() {
            self.within_categories(values, |within, value| option_term(within, name, value.as_str()))
        } else if !self.tag.is_empty() {
            self.tag_terms()
        } else if self.min_price.is_some() || self.max_price.is_some() {
            let steps = price_step(self.min_price.unwrap_or(Money::ZERO))
                ..=price_step(self.max_price.unwrap_or(Money::MAX_CHARGE).min(Money::MAX_CHARGE));
            let steps: Vec<String> = steps.map(|step| step.to_string()).collect();
            self.within_categories(&steps, |within, step| facet_term(within, "price", step))
        } else {
            self.category.iter().map(|category| category_term(category.as_str())).collect()
        }
    }

    /// Returns the terms of values within each of the categories; of the values alone if there is no category, or if the
    /// combinations were too many.
    fn within_categories<T>(&self, values: &[T], term: impl Fn(Option<&str>, &T) -> Term) -> Vec<Term> {
        let combinations = values.len().saturating_mul(self.category.len());
        if (1..=MAX_TERMS).contains(&combinations) {
            let categories = self.category.iter();
            let within = |category| values.iter().map(|value| term(Some(Label::as_str(category)), value)).collect();
            categories.flat_map::<Vec<_>, _>(within).collect()
        } else {
            values.iter().map(|value| term(None, value)).collect()
        }
    }

    /// Returns the condition that one variant matches all conditions on variants; `None` without such conditions.
    fn matches_one_variant(&self) -> Option<Document> {
        let price = || doc! { "$add": ["$base_price", "$$variant.price_modifier"] };
        let labels = [("$$variant.size", &self.size), ("$$variant.color", &self.color)];
        let labels = labels.into_iter().filter(|(_, labels)| !labels.is_empty());
        let others = [
            self.min_price.map(|min| doc! { "$gte": [price(), min] }),
            self.max_price.map(|max| doc! { "$lte": [price(), max] }),
            self.in_stock.then(|| doc! { "$gt": ["$$variant.stock_quantity", 0_i64] }),
            self.max_stock.map(|max| doc! { "$lte": ["$$variant.stock_quantity", i64::from(max.get())] }),
        ];
        let conditions: Vec<Document> = labels
            .map(|(path, labels)| is_one_of(path, labels))
            .chain(self.options.iter().map(|(name, values)| has_option(name, values)))
            .chain(others.into_iter().flatten())
            .collect();
        (!conditions.is_empty()).then(|| any_element("$variants", "variant", conditions))
    }
}

/// Returns the condition that an element of an array fulfils all conditions.
fn any_element(array: &str, name: &str, conditions: Vec<Document>) -> Document {
    let input = doc! { "$ifNull": [array, []] };
    doc! { "$anyElementTrue": { "$map": { "input": input, "as": name, "in": { "$and": conditions } } } }
}

fn is_one_of<const MAX: usize>(path: &str, labels: &[Text<MAX>]) -> Document {
    match labels {
        [label] => doc! { "$eq": [path, literal(label.as_str())] },
        labels => doc! { "$in": [path, literal(texts(labels))] },
    }
}

fn has_option(name: &OptionName, values: &[OptionValue]) -> Document {
    let conditions =
        vec![doc! { "$eq": ["$$option.name", literal(name.as_str())] }, is_one_of("$$option.value", values)];
    any_element("$$variant.options", "option", conditions)
}

fn is_among<const MAX: usize>(text: Option<&str>, labels: &[Text<MAX>]) -> bool {
    text.is_some_and(|text| labels.iter().any(|label| label.as_str() == text))
}

fn texts<const MAX: usize>(labels: &[Text<MAX>]) -> Vec<&str> {
    labels.iter().map(Text::as_str).collect()
}
