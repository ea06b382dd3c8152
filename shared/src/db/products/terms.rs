//! The terms of a product: the keys by which the term indexes find it.
//!
//! They are written with the product in one update, and do not depend on its stock, so that sales do not write them.
//! See `docs/decisions/a-catalogue-on-indexes.md`.

use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::product_options::OptionName;
use crate::domain::search::{
    Cohesion, Language, Word, WordKind, compounds, fold, index_prefixes, query_prefix, stems, whole, words,
};
use crate::domain::sku::Sku;
use crate::domain::text::{Description, Label, ProductName};
use aws_lc_rs::digest::{SHA256, digest};
use bson::Bson;
use serde::Serialize;
use std::collections::BTreeSet;

/// The field of a product that holds its terms.
pub(super) const TERMS: &str = "terms";

/// The field of a product that holds the [`terms_version`] of its terms.
pub(super) const TERMS_VERSION: &str = "terms_version";

/// The version of the rules by which terms are computed. It must be incremented when the terms of any product change, so
/// that `migrate` recomputes those that are stored.
const RULES: u32 = 2;

/// Separates the parts of a term. Text cannot contain it.
const SEPARATOR: char = '\u{1F}';

/// Minimum length of the beginning of a SKU that is a term. Shorter ones are shared by too many products.
const MIN_SKU_PREFIX: usize = 3;

// The kinds of terms, which are part of the hashes.
const WHOLE: &str = "whole";
const TITLE: &str = "title";
const BODY: &str = "body";
const PREFIX: &str = "prefix";
const SKU_PREFIX: &str = "sku prefix";

/// A term: 48 bits of the hash of its text, which is shorter than most texts. Even with a million terms a collision
/// with a searched word is unlikely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(super) struct Term(i64);

impl Term {
    fn of(kind: &str, text: &str) -> Self {
        let hash = digest(&SHA256, format!("{kind}{SEPARATOR}{text}").as_bytes());
        Self(hash.as_ref().iter().take(6).fold(0, |number, byte| (number << 8_u32) | i64::from(*byte)))
    }
}

impl From<Term> for Bson {
    fn from(Term(number): Term) -> Self {
        number.into()
    }
}

/// The text fields of a product that are searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchableFields<'a> {
    pub(super) name: &'a ProductName,
    pub(super) description: &'a Description,
    pub(super) category: &'a Label,
    pub(super) tags: &'a [Label],
}

/// Returns what stored terms depend on beside the product: the language and the version of the rules.
pub(super) fn terms_version(language: Language) -> String {
    format!("{}-{RULES}", language.code())
}

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

/// Returns the terms of a word in the title.
pub(super) fn title_terms(word: &str, language: Language) -> Vec<Term> {
    stems(word, language).iter().map(|stem| Term::of(TITLE, stem)).collect()
}

/// Returns the terms of a word that is only in the description.
pub(super) fn body_terms(word: &str, language: Language) -> Vec<Term> {
    stems(word, language).iter().map(|stem| Term::of(BODY, stem)).collect()
}

/// Returns the term of the prefix of a word in the title.
pub(super) fn prefix_term(typed: &str) -> Term {
    Term::of(PREFIX, &query_prefix(typed))
}

/// Returns the term of a whole name or SKU.
pub(super) fn whole_term(text: &str, language: Language) -> Term {
    Term::of(WHOLE, &whole(text, language))
}

/// Returns the term of the beginning of a SKU.
pub(super) fn sku_prefix_term(sku: &Sku) -> Term {
    Term::of(SKU_PREFIX, &without_separators(sku.as_str()))
}

/// Returns the longer words of the title of a product without accents: those that the vocabulary completes and corrects.
pub(super) fn title_words<'a>(
    fields: SearchableFields<'_>,
    variants: impl Iterator<Item = &'a Variant>,
    language: Language,
) -> BTreeSet<String> {
    Title::of(fields, variants, language).spellings
}

/// Returns all terms of a product.
pub(super) fn terms<'a>(
    fields: SearchableFields<'_>,
    base_price: Money,
    variants: impl Iterator<Item = &'a Variant> + Clone,
    language: Language,
) -> Result<BTreeSet<Term>, Overflow> {
    let category = fields.category.as_str();
    let mut terms = BTreeSet::from([category_term(category), whole_term(fields.name.as_str(), language)]);
    terms.extend(fields.tags.iter().map(|tag| tag_term(tag.as_str())));
    for variant in variants.clone() {
        let price = price_step(variant.price(base_price)?).to_string();
        for within in [None, Some(category)] {
            terms.insert(facet_term(within, "price", &price));
            terms.extend(variant.color.as_ref().map(|color| facet_term(within, "color", color.as_str())));
            terms.extend(variant.size.as_ref().map(|size| size_term(within, size.as_str(), language)));
            let others = variant.options.iter();
            terms.extend(others.map(|option| option_term(within, &option.name, option.value.as_str())));
        }
        terms.extend(sku_terms(&variant.sku, language));
    }
    let title = Title::of(fields, variants, language);
    let prefixes: BTreeSet<String> = title.spellings.iter().flat_map(|word| index_prefixes(word)).collect();
    terms.extend(prefixes.iter().map(|prefix| prefix_term(prefix)));
    terms.extend(title.stems.iter().map(|stem| Term::of(TITLE, stem)));
    let body = body_stems(fields.description, language);
    // A stem of the title gets no body term.
    terms.extend(body.difference(&title.stems).map(|stem| Term::of(BODY, stem)));
    Ok(terms)
}

/// The title of a product: its name, category, colours and values of further options.
#[derive(Default)]
struct Title {
    /// Its words without accents, and its compounds that are rather one word than several.
    spellings: BTreeSet<String>,
    /// The stems of all words and compounds.
    stems: BTreeSet<String>,
}

impl Title {
    fn of<'a>(
        SearchableFields { name, category, .. }: SearchableFields<'_>,
        variants: impl Iterator<Item = &'a Variant>,
        language: Language,
    ) -> Self {
        let colors_and_others = |variant: &'a Variant| {
            let others = variant.options.iter().map(|option| option.value.as_str());
            variant.color.iter().map(Label::as_str).chain(others)
        };
        let colors: BTreeSet<&str> = variants.flat_map(colors_and_others).collect();
        let mut title = Self::default();
        for text in [name.as_str(), category.as_str()].into_iter().chain(colors) {
            title.add(&words(text, language), language);
        }
        title
    }

    fn add(&mut self, words: &[Word], language: Language) {
        for Word { text, kind, .. } in words {
            self.stems.extend(stems(text, language));
            if *kind == WordKind::Spaced {
                self.spellings.insert(fold(text, language));
            }
        }
        for compound in compounds(words, language) {
            self.stems.extend(stems(&compound.text, language));
            if compound.cohesion != Cohesion::Neighbours {
                self.spellings.insert(fold(&compound.text, language));
            }
        }
    }
}

/// Returns the stems of a description. Words without a blank or hyphen between them are compounds only in titles:
/// descriptions have too many of them.
fn body_stems(description: &Description, language: Language) -> BTreeSet<String> {
    let words = words(description.as_str(), language);
    let linked = compounds(&words, language).into_iter().filter(|it| it.cohesion == Cohesion::Linked);
    let linked: Vec<String> = linked.map(|compound| compound.text).collect();
    let is_searched = |word: &&Word| match word.kind {
        WordKind::Spaced => !language.is_stop_word(&fold(&word.text, language)),
        WordKind::Bigram | WordKind::Character => true,
        WordKind::CharacterInBigram => false,
    };
    let words = words.iter().filter(is_searched).map(|word| &word.text).chain(&linked);
    words.collect::<BTreeSet<_>>().into_iter().flat_map(|word| stems(word, language)).collect()
}

/// Returns the terms of a SKU: the whole, and its beginnings up to a separator.
fn sku_terms(sku: &Sku, language: Language) -> Vec<Term> {
    let ends = sku.as_str().match_indices(is_separator).filter_map(|(end, _)| sku.as_str().get(..end));
    let beginnings = ends.map(without_separators).filter(|beginning| beginning.len() >= MIN_SKU_PREFIX);
    beginnings.map(|beginning| Term::of(SKU_PREFIX, &beginning)).chain([whole_term(sku.as_str(), language)]).collect()
}

fn without_separators(sku: &str) -> String {
    sku.replace(is_separator, "").to_ascii_lowercase()
}

const fn is_separator(c: char) -> bool {
    matches!(c, '-' | '.' | '_')
}

#[cfg(test)]
mod tests {
    use super::{RULES, SearchableFields, Term, terms};
    use crate::domain::money::Money;
    use crate::domain::product::Variant;
    use crate::domain::product_options::VariantOption;
    use crate::domain::quantity::Stock;
    use crate::domain::search::Language;

    /// Stored terms must equal those that a function computes.
    #[test]
    fn other_terms_have_another_version_of_their_rules() {
        let variant = |sku: &str, size: &str| Variant {
            sku: sku.parse().unwrap(),
            size: Some(size.parse().unwrap()),
            color: Some("Navy Blue".parse().unwrap()),
            options: vec![VariantOption { name: "Material".parse().unwrap(), value: "Wool".parse().unwrap() }],
            stock_quantity: Stock::NONE,
            price_modifier: Money::ZERO,
        };
        let variants = [variant("TEE-NAVY-M", "M"), variant("TEE-NAVY-XL", "XL")];
        let fields = SearchableFields {
            name: &"Men's T-Shirt with Café Knives 緑茶 10 mm".parse().unwrap(),
            description: &"Warm & water-proof lenses für Größe 緑茶です.".parse().unwrap(),
            category: &"Rain Coats".parse().unwrap(),
            tags: &["Summer".parse().unwrap()],
        };
        let digest = |language| {
            let terms = terms(fields, Money::from_minor(1999), variants.iter(), language).unwrap();
            (terms.len(), terms.iter().fold(0_i64, |sum, Term(term)| sum ^ term))
        };
        assert_eq!(
            (RULES, digest(Language::English), digest(Language::German)),
            (2, (90, 24_865_263_991_185), (86, 59_480_174_365_801))
        );
    }
}
