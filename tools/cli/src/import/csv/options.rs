//! The options of products of other shop systems, as size and colour.

use std::collections::BTreeSet;

/// A property in which variants of a product can differ.
pub(super) struct ProductOption<'a> {
    pub(super) name: &'a str,
    /// The value of each variant; empty if it has none.
    pub(super) values: Vec<String>,
}

/// What an option becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Size,
    Color,
    /// The option is left out: all variants have the same value, or none.
    Nothing,
}

/// Names of sizes and colours in the languages of common stores.
const SIZES: [&str; 8] = ["size", "größe", "taille", "talla", "taglia", "maat", "tamanho", "storlek"];
const COLORS: [&str; 7] = ["color", "colour", "farbe", "couleur", "colore", "kleur", "cor"];

/// Decides what each option becomes. An option that is neither a size nor a colour by its name takes the place of the one
/// that is missing.
///
/// # Errors
/// The name of an option in which variants differ, but for which there is no place.
pub(super) fn assign<'a>(options: &[ProductOption<'a>]) -> Result<Vec<Target>, &'a str> {
    let mut targets: Vec<Option<Target>> = Vec::new();
    for option in options {
        let target = named(option.name).filter(|target| !targets.contains(&Some(*target)));
        let is_empty = option.values.iter().all(|value| value.is_empty());
        targets.push(if is_empty { Some(Target::Nothing) } else { target });
    }
    let mut assigned = Vec::new();
    for (index, option) in options.iter().enumerate() {
        let target = match targets.get(index).copied().flatten() {
            Some(target) => target,
            None if option.values.iter().collect::<BTreeSet<_>>().len() < 2 => Target::Nothing,
            None => {
                let mut free = [Target::Size, Target::Color].into_iter();
                free.find(|place| !targets.contains(&Some(*place)) && !assigned.contains(place)).ok_or(option.name)?
            }
        };
        assigned.push(target);
    }
    Ok(assigned)
}

/// The place that an option has by its name.
pub(super) fn named(name: &str) -> Option<Target> {
    let name = name.trim().to_lowercase();
    let is_one = |words: &[&str]| name.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word));
    if is_one(&SIZES) {
        Some(Target::Size)
    } else if is_one(&COLORS) {
        Some(Target::Color)
    } else {
        None
    }
}

impl Target {
    /// The field of the variant.
    pub(super) const fn field(self) -> Option<&'static str> {
        match self {
            Self::Size => Some("size"),
            Self::Color => Some("color"),
            Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ProductOption, Target, assign};

    fn option(name: &'static str, values: &[&'static str]) -> ProductOption<'static> {
        ProductOption { name, values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn sizes_and_colours_are_found_by_name() {
        let options = [option("Shoe size", &["42", "43"]), option("Colour", &["Red", "Red"])];
        assert_eq!(assign(&options), Ok(vec![Target::Size, Target::Color]));
        let options = [option("Farbe", &["Rot", "Blau"]), option("Größe", &["S", "S"])];
        assert_eq!(assign(&options), Ok(vec![Target::Color, Target::Size]));
    }

    #[test]
    fn another_option_takes_the_missing_place() {
        let options = [option("Color", &["Red", "Blue"]), option("Material", &["Wool", "Silk"])];
        assert_eq!(assign(&options), Ok(vec![Target::Color, Target::Size]));
        let options = [option("Scent", &["Rose", "Lime"]), option("Volume", &["1 l", "2 l"])];
        assert_eq!(assign(&options), Ok(vec![Target::Size, Target::Color]));
    }

    #[test]
    fn a_third_option_is_left_out_only_if_all_variants_agree() {
        let (size, color) = (option("Size", &["S", "M"]), option("Color", &["Red", "Red"]));
        let options = [size, color, option("Material", &["Wool", "Wool"])];
        assert_eq!(assign(&options), Ok(vec![Target::Size, Target::Color, Target::Nothing]));
        let [size, color, _] = options;
        assert_eq!(assign(&[size, color, option("Material", &["Wool", "Silk"])]), Err("Material"));
    }
}
