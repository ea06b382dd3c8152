//! The options of products of other shop systems, as size, colour and others.

use std::collections::BTreeSet;

use ferrocart::domain::product_options::MAX_OPTIONS;

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
    /// An option of the same name.
    Other,
    /// The option is left out: no variant has a value, or all have the same and there are too many options.
    Nothing,
}

/// Names of sizes and colours in the languages of common stores.
const SIZES: [&str; 8] = ["size", "größe", "taille", "talla", "taglia", "maat", "tamanho", "storlek"];
const COLORS: [&str; 7] = ["color", "colour", "farbe", "couleur", "colore", "kleur", "cor"];

/// Decides what each option becomes. Of too many, those are left out whose value is the same for all variants.
///
/// # Errors
/// The name of an option in which variants differ, but for which there is no place.
pub(super) fn assign<'a>(options: &[ProductOption<'a>]) -> Result<Vec<Target>, &'a str> {
    let is_empty = |option: &ProductOption<'_>| option.values.iter().all(|value| value.is_empty());
    // In the API an option that is called `Size` is the size, so that no other can be.
    let is_called = |option: &ProductOption<'_>, target: Target| {
        target.field().is_some_and(|field| option.name.trim().eq_ignore_ascii_case(field)) && !is_empty(option)
    };
    let mut targets: Vec<Target> = Vec::new();
    for option in options {
        let is_free = |target: &Target| {
            let others = options.iter().any(|other| is_called(other, *target));
            !targets.contains(target) && (is_called(option, *target) || !others)
        };
        let named = named(option.name).filter(is_free);
        targets.push(if is_empty(option) { Target::Nothing } else { named.unwrap_or(Target::Other) });
    }
    let is_constant = |option: &ProductOption<'_>| option.values.iter().collect::<BTreeSet<_>>().len() < 2;
    for (position, option) in options.iter().enumerate().rev() {
        let count = targets.iter().filter(|target| **target != Target::Nothing).count();
        if let Some(target) = targets.get_mut(position).filter(|target| **target != Target::Nothing)
            && count > MAX_OPTIONS
            && is_constant(option)
        {
            *target = Target::Nothing;
        }
    }
    let mut placed = options.iter().zip(&targets).filter(|(_, target)| **target != Target::Nothing);
    match placed.nth(MAX_OPTIONS) {
        Some((option, _)) => Err(option.name),
        None => Ok(targets),
    }
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
            Self::Other | Self::Nothing => None,
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
    fn others_keep_their_names() {
        let options = [option("Color", &["Red", "Blue"]), option("Material", &["Wool", "Wool"])];
        assert_eq!(assign(&options), Ok(vec![Target::Color, Target::Other]));
        let options = [option("Scent", &["Rose", "Lime"]), option("Title", &[]), option("Volume", &["1 l", "2 l"])];
        assert_eq!(assign(&options), Ok(vec![Target::Other, Target::Nothing, Target::Other]));
        // Two sizes.
        let options = [option("Size", &["S", "M"]), option("Cup size", &["A", "B"])];
        assert_eq!(assign(&options), Ok(vec![Target::Size, Target::Other]));
        let options = [option("Cup size", &["A", "B"]), option("size", &["S", "M"])];
        assert_eq!(assign(&options), Ok(vec![Target::Other, Target::Size]));
        let options = [option("Cup size", &["A", "B"]), option("Size", &["", ""])];
        assert_eq!(assign(&options), Ok(vec![Target::Size, Target::Nothing]));
    }

    #[test]
    fn a_fourth_option_is_left_out_only_if_all_variants_agree() {
        let three = || [option("Size", &["S", "M"]), option("Fit", &["Slim", "Wide"]), option("Gift", &["No", "No"])];
        let with = |fourth| three().into_iter().chain([fourth]).collect::<Vec<_>>();
        let (size, other, nothing) = (Target::Size, Target::Other, Target::Nothing);
        assert_eq!(assign(&with(option("Cut", &["A", "A"]))), Ok(vec![size, other, other, nothing]));
        assert_eq!(assign(&with(option("Cut", &["A", "B"]))), Ok(vec![size, other, nothing, other]));
        let mut five = with(option("Cut", &["A", "B"]));
        five.push(option("Fabric", &["Wool", "Silk"]));
        assert_eq!(assign(&five), Err("Fabric"));
    }
}
