//! The terms of a product: what the index looks it up by. They are written with it, in the same
//! update, and say nothing of its stock, so that no sale has to write them. See
//! `docs/decisions/a-catalogue-on-indexes.md`.

use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::search::{beginning, beginnings, says_nothing, stem, words};
use crate::domain::text::{Description, Label, ProductName};
use aws_lc_rs::digest::{SHA256, digest};
use bson::Bson;
use serde::Serialize;
use std::collections::BTreeSet;

/// The field of a product that holds its terms.
pub(super) const TERMS: &str = "terms";

/// What stands between the parts of a term. No text has it.
const AND: char = '\u{1F}';

/// A term, of which the index only needs to know whether it is another: 48 bits of a hash, which are
/// shorter than most of what they stand for. Among a million of them none is likely to be that of a word
/// that somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(super) struct Term(i64);

impl Term {
    fn of(kind: &str, text: &str) -> Self {
        let hash = digest(&SHA256, format!("{kind}{AND}{text}").as_bytes());
        Self(hash.as_ref().iter().take(6).fold(0, |number, byte| (number << 8_u32) | i64::from(*byte)))
    }
}

impl From<Term> for Bson {
    fn from(Term(number): Term) -> Self {
        number.into()
    }
}

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

/// By which term a facet of a product is found, alone or within a category.
pub(super) fn facet(category: Option<&str>, kind: &str, value: &str) -> Term {
    Term::of(kind, &format!("{}{AND}{value}", category.unwrap_or_default()))
}

pub(super) fn category(category: &str) -> Term {
    facet(None, "category", category)
}

/// By which term a word is found that the product is called by.
pub(super) fn called(word: &str) -> Term {
    Term::of("called", &stem(word))
}

/// By which term a word is found that is in the description alone.
pub(super) fn mentioned(word: &str) -> Term {
    Term::of("mentioned", &stem(word))
}

/// By which term the beginning of a word is found that the product is called by.
pub(super) fn begun(typed: &str) -> Term {
    Term::of("begun", &beginning(typed))
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
) -> Result<BTreeSet<Term>, Overflow> {
    let Findable { description, category, .. } = findable;
    let mut terms = BTreeSet::from([self::category(category.as_str())]);
    let title = title(findable, variants.clone());
    let mut facets = BTreeSet::new();
    for variant in variants {
        let color = variant.color.as_ref().map(|color| ("color", color.as_str().to_owned()));
        let size = variant.size.as_ref().map(|size| ("size", size.as_str().to_owned()));
        let price = ("price", price_step(variant.price(base_price)?).to_string());
        facets.extend([color, size, Some(price)].into_iter().flatten());
    }
    for (kind, value) in &facets {
        terms.insert(facet(None, kind, value));
        terms.insert(facet(Some(category.as_str()), kind, value));
    }
    let beginnings: BTreeSet<String> = title.iter().flat_map(|word| beginnings(word)).collect();
    terms.extend(beginnings.iter().map(|beginning| begun(beginning)));
    let called: BTreeSet<String> = title.iter().map(|word| stem(word)).collect();
    terms.extend(called.iter().map(|stem| Term::of("called", stem)));
    let said: BTreeSet<String> = words(description.as_str()).into_iter().filter(|word| !says_nothing(word)).collect();
    let said: BTreeSet<String> = said.iter().map(|word| stem(word)).collect();
    // What the product is called by need not be mentioned again.
    terms.extend(said.difference(&called).map(|stem| Term::of("mentioned", stem)));
    Ok(terms)
}
