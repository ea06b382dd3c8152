//! The terms of a product: the keys by which the term indexes find it. See `docs/decisions/a-catalogue-on-indexes.md`.

use super::term::Term;
use crate::domain::product::Variant;
use crate::domain::search::{
    Cohesion, Language, Word, WordKind, compounds, fold, index_prefixes, query_prefix, stems, whole, words,
};
use crate::domain::sku::Sku;
use crate::domain::text::{Description, Label, ProductName};
use std::collections::BTreeSet;

/// The field of a product that holds its terms.
pub(super) const TERMS: &str = "terms";

/// The field of a product that holds the [`terms_version`] of its terms.
pub(super) const TERMS_VERSION: &str = "terms_version";

/// The version of the rules by which terms are computed. It must be incremented when the terms of any product change, so
/// that `migrate` recomputes those that are stored.
const RULES: u32 = 3;

/// Minimum length of the beginning of a SKU that is a term. Shorter ones are shared by too many products.
const MIN_SKU_PREFIX: usize = 3;

// The kinds of terms, which are part of the hashes.
const WHOLE: &str = "whole";
const TITLE: &str = "title";
const BODY: &str = "body";
const PREFIX: &str = "prefix";
const SKU_PREFIX: &str = "sku prefix";

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

/// Returns all terms of a product, including those of its facets.
pub(super) fn terms<'a>(
    fields: SearchableFields<'_>,
    facet_terms: &BTreeSet<Term>,
    variants: impl Iterator<Item = &'a Variant> + Clone,
    language: Language,
) -> BTreeSet<Term> {
    let mut terms = facet_terms.clone();
    terms.insert(whole_term(fields.name.as_str(), language));
    for variant in variants.clone() {
        terms.extend(sku_terms(&variant.sku, language));
    }
    let title = Title::of(fields, variants, language);
    let prefixes: BTreeSet<String> = title.spellings.iter().flat_map(|word| index_prefixes(word)).collect();
    terms.extend(prefixes.iter().map(|prefix| prefix_term(prefix)));
    terms.extend(title.stems.iter().map(|stem| Term::of(TITLE, stem)));
    let body = body_stems(fields.description, language);
    // A stem of the title gets no body term.
    terms.extend(body.difference(&title.stems).map(|stem| Term::of(BODY, stem)));
    terms
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
    use super::super::facet_terms::facet_terms;
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
            let price = Money::from_minor(1999);
            let facets = facet_terms(fields.category, fields.tags, price, variants.iter(), language).unwrap();
            let terms = terms(fields, &facets, variants.iter(), language);
            (terms.len(), terms.iter().fold(0_i64, |sum, Term(term)| sum ^ term))
        };
        assert_eq!(
            (RULES, digest(Language::English), digest(Language::German)),
            (3, (90, 24_865_263_991_185), (86, 59_480_174_365_801))
        );
    }
}
