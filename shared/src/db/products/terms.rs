//! The terms of a product: what the index looks it up by. They are written with it, in the same
//! update, and say nothing of its stock, so that no sale has to write them. See
//! `docs/decisions/a-catalogue-on-indexes.md`.

use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::search::{beginning, beginnings, says_nothing, stem, words};
use crate::domain::text::{Description, Label, ProductName};
use std::collections::BTreeSet;

/// What stands between the parts of a term. No text has it.
const AND: char = '\u{1F}';

/// The parts of a product that it is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Findable<'a> {
    pub(super) name: &'a ProductName,
    pub(super) description: &'a Description,
    pub(super) category: &'a Label,
}

/// A price to the next power of two, in minor units: a list of a price range reads the steps that the
/// range touches, and no other product.
pub(super) fn price_step(price: Money) -> u32 {
    64_u32.saturating_sub(price.minor().max(0).leading_zeros())
}

/// What a facet of a product is called in the index, alone or within a category.
pub(super) fn facet(category: Option<&str>, kind: &str, value: &str) -> String {
    format!("{kind}{AND}{}{AND}{value}", category.unwrap_or_default())
}

pub(super) fn category(category: &str) -> String {
    facet(None, "category", category)
}

/// By which term a whole word is found, wherever in the product it stands.
pub(super) fn whole(word: &str) -> String {
    stem(word)
}

/// By which term the beginning of a word of the name or the category is found.
pub(super) fn begun(typed: &str) -> String {
    format!("{}*", beginning(typed))
}

/// The words by which people call a product: those of its name, its category and its colours.
pub(super) fn title<'a>(
    Findable { name, category, .. }: Findable<'_>,
    variants: impl Iterator<Item = &'a Variant>,
) -> BTreeSet<String> {
    let colors = variants.flat_map(|variant| &variant.color).flat_map(|color| words(color.as_str()));
    [name.as_str(), category.as_str()].into_iter().flat_map(words).chain(colors).collect()
}

/// All terms of a product.
pub(super) fn terms<'a>(
    findable: Findable<'_>,
    base_price: Money,
    variants: impl Iterator<Item = &'a Variant> + Clone,
) -> Result<BTreeSet<String>, Overflow> {
    let Findable { description, category, .. } = findable;
    let mut terms = BTreeSet::from([self::category(category.as_str())]);
    let title = title(findable, variants.clone());
    for variant in variants {
        let color = variant.color.as_ref().map(|color| ("color", color.as_str().to_owned()));
        let size = variant.size.as_ref().map(|size| ("size", size.as_str().to_owned()));
        let price = ("price", price_step(variant.price(base_price)?).to_string());
        for (kind, value) in [color, size, Some(price)].into_iter().flatten() {
            terms.insert(facet(None, kind, &value));
            terms.insert(facet(Some(category.as_str()), kind, &value));
        }
    }
    for word in &title {
        terms.extend(beginnings(word).into_iter().map(|beginning| format!("{beginning}*")));
    }
    let text = title.into_iter().chain(words(description.as_str()));
    terms.extend(text.filter(|word| !says_nothing(word)).map(|word| whole(&word)));
    Ok(terms)
}
