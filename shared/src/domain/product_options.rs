//! Options of a product, such as material and fit, and the values of its variants. Size and colour are two of them.

use super::text::Text;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Maximum number of options of a product.
pub const MAX_OPTIONS: usize = 3;

/// The name of the option that is the size of a variant.
const SIZE: &str = "Size";
/// The name of the option that is the colour of a variant.
const COLOR: &str = "Color";

/// The name of an option. It has no colon, which separates it from a value in filters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionName(Cow<'static, str>);

/// A value of an option.
pub type OptionValue = Text<100>;

/// The value that a variant has of an option.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VariantOption {
    /// The option.
    pub name: OptionName,
    /// The value.
    pub value: OptionValue,
}

/// An option of a product, with its values in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductOption {
    /// The name.
    pub name: OptionName,
    /// The values.
    pub values: Vec<OptionValue>,
}

impl OptionName {
    /// Maximum number of characters.
    pub const MAX: usize = 50;

    /// Returns the name of the option that is the size.
    #[must_use]
    pub const fn size() -> Self {
        Self(Cow::Borrowed(SIZE))
    }

    /// Returns the name of the option that is the colour.
    #[must_use]
    pub const fn color() -> Self {
        Self(Cow::Borrowed(COLOR))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is the option that is the size.
    #[must_use]
    pub fn is_size(&self) -> bool {
        self.as_str() == SIZE
    }

    /// Returns whether it is the option that is the colour.
    #[must_use]
    pub fn is_color(&self) -> bool {
        self.as_str() == COLOR
    }
}

impl std::str::FromStr for OptionName {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let name: Text<{ Self::MAX }> = text.parse()?;
        if name.as_str().contains(':') {
            return Err(ValidationError::new("invalid_character", "must not contain a colon"));
        }
        // Size and colour exist once, in whichever spelling they arrive.
        let known = [SIZE, COLOR].into_iter().find(|known| known.eq_ignore_ascii_case(name.as_str()));
        Ok(Self(known.map_or_else(|| Cow::Owned(name.as_str().to_owned()), Cow::Borrowed)))
    }
}

/// Returns the options of variants, each of which is a list of values: options and values in the order of their first use.
#[must_use]
pub fn collect_options(variants: impl IntoIterator<Item = Vec<VariantOption>>) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for VariantOption { name, value } in variants.into_iter().flatten() {
        match options.iter_mut().find(|option| option.name == name) {
            Some(option) if option.values.contains(&value) => {}
            Some(option) => option.values.push(value),
            None => options.push(ProductOption { name, values: vec![value] }),
        }
    }
    options
}

/// Returns options in a preferred order of names and values. Those that the order does not contain follow at the end.
#[must_use]
pub fn sort_options(mut options: Vec<ProductOption>, order: &[ProductOption]) -> Vec<ProductOption> {
    for ProductOption { name, values } in &mut options {
        let preferred = order.iter().find(|option| option.name == *name);
        values.sort_by_key(|value| position(preferred.into_iter().flat_map(|option| &option.values), value));
    }
    options.sort_by_key(|option| position(order.iter().map(|option| &option.name), &option.name));
    options
}

fn position<'a, T: PartialEq + 'a>(mut order: impl Iterator<Item = &'a T>, item: &T) -> usize {
    order.position(|other| other == item).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{OptionName, ProductOption, VariantOption, collect_options, sort_options};

    fn option(name: &str, value: &str) -> VariantOption {
        VariantOption { name: name.parse().unwrap(), value: value.parse().unwrap() }
    }

    #[test]
    fn size_and_color_have_one_spelling() {
        for (text, name) in [("size", "Size"), ("SIZE", "Size"), (" color ", "Color"), ("Material", "Material")] {
            assert_eq!(text.parse::<OptionName>().unwrap().as_str(), name);
        }
        assert!(OptionName::size().is_size() && OptionName::color().is_color());
        assert!(!OptionName::size().is_color() && !OptionName::color().is_size());
    }

    #[test]
    fn option_names_have_no_colon() {
        assert_eq!("a:b".parse::<OptionName>().unwrap_err().code, "invalid_character");
        assert_eq!("".parse::<OptionName>().unwrap_err().code, "empty");
        assert_eq!("x".repeat(51).parse::<OptionName>().unwrap_err().code, "too_long");
    }

    fn shown(options: &[ProductOption]) -> Vec<String> {
        let shown = |ProductOption { name, values }: &ProductOption| {
            format!("{}: {}", name.as_str(), values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        };
        options.iter().map(shown).collect()
    }

    #[test]
    fn options_and_values_are_in_the_order_of_their_first_use() {
        let variants = [
            vec![option("Size", "M"), option("Material", "Wool")],
            vec![option("Size", "L"), option("Material", "Wool"), option("Fit", "Slim")],
        ];
        assert_eq!(shown(&collect_options(variants)), ["Size: M, L", "Material: Wool", "Fit: Slim"]);
    }

    #[test]
    fn a_preferred_order_applies_to_options_that_exist() {
        let options = collect_options([
            vec![option("Size", "L"), option("Material", "Wool")],
            vec![option("Size", "S"), option("Fit", "Slim")],
            vec![option("Size", "M")],
        ]);
        let order = collect_options([
            vec![option("Fit", "Wide"), option("Size", "S")],
            vec![option("Size", "M"), option("Length", "Long")],
        ]);
        assert_eq!(shown(&sort_options(options.clone(), &order)), ["Fit: Slim", "Size: S, M, L", "Material: Wool"]);
        assert_eq!(sort_options(options.clone(), &[]), options);
    }
}
