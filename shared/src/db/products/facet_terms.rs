//! The terms of facets: category, tags, sizes, colours, further options and price steps.

use super::term::{SEPARATOR, Term};
use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::product_options::OptionName;
use crate::domain::search::{Language, whole};
use crate::domain::text::Label;
use std::collections::BTreeSet;

/// The field of a product that holds its facet terms, for the index of facets.
pub(super) const FACET_TERMS: &str = "facet_terms";

/// Returns the step of a price: its bit length in minor units, so that steps end at powers of two. A list of a price
/// range reads only the steps of that range.
pub(super) fn price_step(price: Money) -> u32 {
    64_u32.saturating_sub(price.minor().max(0).leading_zeros())
}

/// Returns the term of a facet, alone or within a category.
pub(super) fn facet_term(category: Option<&str>, kind: &str, value: &str) -> Term {
    Term::of(kind, &format!("{}{SEPARATOR}{value}", category.unwrap_or_default()))
}

/// Returns the term of a value of an option other than size and colour, alone or within a category.
pub(super) fn option_term(category: Option<&str>, name: &OptionName, value: &str) -> Term {
    facet_term(category, "option", &format!("{}{SEPARATOR}{value}", name.as_str()))
}

/// Returns the term of a tag.
pub(super) fn tag_term(tag: &str) -> Term {
    facet_term(None, "tag", tag)
}

/// Returns the term of a category.
pub(super) fn category_term(category: &str) -> Term {
    facet_term(None, "category", category)
}

/// Returns the term of a size, alone or within a category. A search finds it in any spelling; a filter compares the
/// sizes themselves.
pub(super) fn size_term(category: Option<&str>, size: &str, language: Language) -> Term {
    facet_term(category, "size", &whole(size, language))
}

/// Returns all facet terms of a product.
pub(super) fn facet_terms<'a>(
    category: &Label,
    tags: &[Label],
    base_price: Money,
    variants: impl Iterator<Item = &'a Variant>,
    language: Language,
) -> Result<BTreeSet<Term>, Overflow> {
    let category = category.as_str();
    let mut terms = BTreeSet::from([category_term(category)]);
    terms.extend(tags.iter().map(|tag| tag_term(tag.as_str())));
    for variant in variants {
        let price = price_step(variant.price(base_price)?).to_string();
        for within in [None, Some(category)] {
            terms.insert(facet_term(within, "price", &price));
            terms.extend(variant.color.as_ref().map(|color| facet_term(within, "color", color.as_str())));
            terms.extend(variant.size.as_ref().map(|size| size_term(within, size.as_str(), language)));
            let others = variant.options.iter();
            terms.extend(others.map(|option| option_term(within, &option.name, option.value.as_str())));
        }
    }
    Ok(terms)
}
