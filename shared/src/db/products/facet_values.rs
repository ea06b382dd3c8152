//! The values of a product by which facets count it, as one text: the last key of an index, from which facets are counted
//! without reading the product. It has no stock, so that sales do not write it.
//!
//! The text is the category, followed by the variants: size, colour, further options and price. A field that equals that
//! of the variant before is empty, and empty fields at the end are omitted: `Shirts␞M␟Red␟␟1999␞L␞XL`.

use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::text::Label;
use std::collections::BTreeSet;

/// The field of a product that holds the text.
pub(super) const FACET_VALUES: &str = "facet_values";

// Control characters, which the values cannot contain.
const VARIANT: char = '\u{1E}';
const FIELD: char = '\u{1F}';
/// Separates names and values of options. Alone it is a field without a value.
const PART: char = '\u{1D}';
const ABSENT: &str = "\u{1D}";

/// The number of fields of a variant.
const FIELDS: usize = 4;

/// The values of a product.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FacetValues<'a> {
    pub(super) category: &'a str,
    pub(super) variants: Vec<VariantValues<'a>>,
}

/// The values of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VariantValues<'a> {
    pub(super) size: Option<&'a str>,
    pub(super) color: Option<&'a str>,
    /// Names and values of further options.
    pub(super) options: Vec<(&'a str, &'a str)>,
    pub(super) price: Money,
    /// Whether it has stock; false if that is not known.
    pub(super) in_stock: bool,
}

/// Returns the text of the values of a product.
pub(super) fn encode<'a>(
    category: &Label,
    base_price: Money,
    variants: impl Iterator<Item = &'a Variant>,
) -> Result<String, Overflow> {
    let fields = |variant: &Variant| -> Result<[String; FIELDS], Overflow> {
        let options = variant.options.iter().flat_map(|option| [option.name.as_str(), option.value.as_str()]);
        let options = options.collect::<Vec<_>>().join(ABSENT);
        let label = |label: &Option<Label>| label.as_ref().map(|label| label.as_str().to_owned()).unwrap_or_default();
        let price = variant.price(base_price)?.minor().to_string();
        // In the order that leaves most fields equal to those before.
        Ok([price, options, label(&variant.color), label(&variant.size)])
    };
    let variants = variants.map(fields).collect::<Result<BTreeSet<_>, _>>()?;
    let mut text = category.as_str().to_owned();
    let mut previous = <[String; FIELDS]>::default();
    for [price, options, color, size] in variants {
        let fields = [size, color, options, price];
        let shown = fields.iter().zip(&previous).map(|(field, previous)| match field.as_str() {
            same if same == previous => "",
            "" => ABSENT,
            field => field,
        });
        text.push(VARIANT);
        let shown = shown.collect::<Vec<_>>().join("\u{1F}");
        text.push_str(shown.trim_end_matches(FIELD));
        previous = fields;
    }
    Ok(text)
}

impl<'a> FacetValues<'a> {
    /// Decodes the text of [`encode`]; `None` if it is another one.
    pub(super) fn decode(text: &'a str) -> Option<Self> {
        let mut parts = text.split(VARIANT);
        let category = parts.next()?;
        let mut variant =
            VariantValues { size: None, color: None, options: Vec::new(), price: Money::ZERO, in_stock: false };
        let mut variants = Vec::new();
        for part in parts {
            let mut fields = part.split(FIELD);
            let mut next = || fields.next().unwrap_or_default();
            if let Some(size) = given(next()) {
                variant.size = size;
            }
            if let Some(color) = given(next()) {
                variant.color = color;
            }
            if let Some(options) = given(next()) {
                variant.options = options.map(pairs).unwrap_or_default();
            }
            if let Some(price) = given(next()) {
                variant.price = Money::from_minor(price?.parse().ok()?);
            }
            variants.push(variant.clone());
        }
        Some(Self { category, variants })
    }
}

/// Returns the value of a field, or that it has none; `None` if it is that of the variant before.
fn given(field: &str) -> Option<Option<&str>> {
    (!field.is_empty()).then(|| Some(field).filter(|field| *field != ABSENT))
}

fn pairs(options: &str) -> Vec<(&str, &str)> {
    let mut parts = options.split(PART);
    std::iter::from_fn(|| Some((parts.next()?, parts.next()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{FacetValues, VariantValues, encode};
    use crate::domain::money::Money;
    use crate::domain::product::Variant;
    use crate::domain::product_options::VariantOption;
    use crate::domain::quantity::Stock;

    type Values = (Option<&'static str>, Option<&'static str>, Vec<(&'static str, &'static str)>, i64);

    fn variant((size, color, options, price): &Values) -> Variant {
        let option =
            |(name, value): &(&str, &str)| VariantOption { name: name.parse().unwrap(), value: value.parse().unwrap() };
        Variant {
            sku: "TEE".parse().unwrap(),
            size: size.map(|size| size.parse().unwrap()),
            color: color.map(|color| color.parse().unwrap()),
            options: options.iter().map(option).collect(),
            stock_quantity: Stock::NONE,
            price_modifier: Money::from_minor(*price),
        }
    }

    #[track_caller]
    fn check(variants: &[Values], text: &str) {
        let variants: Vec<Variant> = variants.iter().map(variant).collect();
        let encoded = encode(&"Shirts".parse().unwrap(), Money::ZERO, variants.iter()).unwrap();
        assert_eq!(encoded.replace('\u{1E}', ";").replace('\u{1F}', ",").replace('\u{1D}', ":"), text);
        let decoded = FacetValues::decode(&encoded).unwrap();
        assert_eq!(decoded.category, "Shirts");
        for variant in &variants {
            let values = VariantValues {
                size: variant.size.as_ref().map(|size| size.as_str()),
                color: variant.color.as_ref().map(|color| color.as_str()),
                options: variant.options.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect(),
                price: variant.price(Money::ZERO).unwrap(),
                in_stock: false,
            };
            assert!(decoded.variants.contains(&values), "{text}: {values:?}");
        }
    }

    #[test]
    fn repeated_values_are_written_once() {
        let (red, blue) = (Some("Red"), Some("Blue"));
        check(&[(None, None, vec![], 0)], "Shirts;,,,0");
        check(&[(Some("M"), red, vec![], 1999), (Some("L"), red, vec![], 1999)], "Shirts;L,Red,,1999;M");
        check(
            &[(Some("M"), red, vec![], 1999), (Some("M"), blue, vec![], 1999), (Some("S"), blue, vec![], 1999)],
            "Shirts;M,Blue,,1999;S;M,Red",
        );
        check(
            &[(Some("M"), red, vec![], 500), (None, red, vec![], 500), (None, None, vec![], 700)],
            "Shirts;,Red,,500;M;:,:,,700",
        );
        let (wool, slim) = (("Material", "Wool"), ("Fit", "Slim"));
        check(
            &[(None, None, vec![wool, slim], 500), (Some("S"), None, vec![wool, slim], 500), (None, None, vec![], 600)],
            "Shirts;,,Material:Wool:Fit:Slim,500;S;:,,:,600",
        );
    }

    #[test]
    fn equal_variants_are_written_once() {
        check(&[(Some("M"), None, vec![], 100), (Some("M"), None, vec![], 100)], "Shirts;M,,,100");
    }

    #[test]
    fn another_text_is_not_decoded() {
        assert_eq!(FacetValues::decode("Shirts\u{1E}M\u{1F}Red\u{1F}\u{1F}cheap"), None);
    }
}
