//! Contradictions between the fields of a product.

use super::super::{FromInput, Input, ValidationErrors};
use super::parts::{Price, Several, too_large};
use super::presentation::VariantOptions;
use crate::domain::money::{Currency, Money};
use crate::domain::product::MAX_VARIANTS;
use crate::domain::product_options::{MAX_OPTIONS, OptionName};
use crate::domain::sku::Sku;
use crate::domain::text::Label;
use crate::domain::validation::ValidationError;
use std::collections::{BTreeSet, HashSet};

/// The fields of a product that can contradict each other, as far as they are valid: contradictions are reported together
/// with invalid fields.
pub(super) struct Outline {
    pub(super) base_price: Option<Price>,
    pub(super) compare_at_price: Option<Price>,
    pub(super) variants: Vec<VariantOutline>,
}

#[derive(Default)]
pub(super) struct VariantOutline {
    pub(super) sku: Option<Sku>,
    pub(super) price_modifier: Option<Money>,
    pub(super) price: Option<Money>,
    pub(super) size: Option<Label>,
    pub(super) color: Option<Label>,
    pub(super) options: VariantOptions,
}

impl FromInput for Outline {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut fields = input.fields()?;
        let variants = fields.take::<Several<_, 1, MAX_VARIANTS>>("variants");
        Ok(Self {
            base_price: fields.take("base_price"),
            compare_at_price: fields.take::<Option<_>>("compare_at_price").flatten(),
            variants: variants.map_or_else(Vec::new, |it| it.0),
        })
    }
}

impl FromInput for VariantOutline {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(match input.fields() {
            Ok(mut fields) => Self {
                sku: fields.take("sku"),
                price_modifier: fields.take_or("price_modifier", || Money::ZERO),
                price: fields.take::<Option<_>>("price").flatten(),
                size: fields.take::<Option<_>>("size").flatten(),
                color: fields.take::<Option<_>>("color").flatten(),
                options: fields.take_or("options", VariantOptions::default).unwrap_or_default(),
            },
            Err(_) => Self::default(),
        })
    }
}

impl Outline {
    pub(super) fn contradictions(&self, input: &Input<'_>) -> ValidationErrors {
        let mut errors = self.price_errors(input);
        let mut names: BTreeSet<OptionName> = BTreeSet::new();
        for (position, VariantOutline { size, color, options, .. }) in self.variants.iter().enumerate() {
            for (name, message) in options.contradictions(size.as_ref(), color.as_ref()) {
                let error = ValidationError::new("contradiction", message);
                errors.extend(input.error_at(&format!("variants/{position}/{name}"), error));
            }
            names.extend(options.names(size.as_ref(), color.as_ref()));
        }
        if names.len() > MAX_OPTIONS {
            let message = format!("must have at most {MAX_OPTIONS} options in all, including size and color");
            errors.extend(input.error_at("variants", ValidationError::new("too_many", message)));
        }
        errors
    }

    fn price_errors(&self, input: &Input<'_>) -> ValidationErrors {
        let mut seen = HashSet::new();
        let mut errors = ValidationErrors::new();
        if let (Some(Price(base_price)), Some(Price(compare_at_price))) = (self.base_price, self.compare_at_price)
            && compare_at_price <= base_price
        {
            let error = ValidationError::new("out_of_range", "must be higher than base_price");
            errors.extend(input.error_at("compare_at_price", error));
        }
        let modifiers = self.variants.iter().filter_map(|variant| variant.price_modifier);
        if let (Some(Price(compare_at_price)), Some(highest)) = (self.compare_at_price, modifiers.max())
            && price_error(compare_at_price, highest.max(Money::ZERO), input.currency()).is_some()
        {
            errors.extend(input.error_at("compare_at_price", too_large()));
        }
        for (position, VariantOutline { sku, price_modifier, price, .. }) in self.variants.iter().enumerate() {
            if sku.as_ref().is_some_and(|sku| !seen.insert(sku)) {
                let error = ValidationError::new("duplicate", "another variant of this product has this SKU");
                errors.extend(input.error_at(&format!("variants/{position}/sku"), error));
            }
            if let (Some(Price(base_price)), Some(modifier)) = (self.base_price, price_modifier)
                && let Some(error) = price_error(base_price, *modifier, input.currency())
            {
                errors.extend(input.error_at(&format!("variants/{position}/price_modifier"), error));
            } else if let (Some(Price(base_price)), Some(modifier), Some(price)) =
                (self.base_price, price_modifier, price)
                && base_price.plus(*modifier) != Ok(*price)
            {
                let message = "must be base_price plus price_modifier; change one of them instead, and omit price";
                let error = ValidationError::new("contradiction", message);
                errors.extend(input.error_at(&format!("variants/{position}/price"), error));
            }
        }
        errors
    }
}

fn price_error(base_price: Money, modifier: Money, currency: Currency) -> Option<ValidationError> {
    match base_price.plus(modifier) {
        Ok(price) if price.is_negative() => {
            Some(ValidationError::new("negative", "must not make the price of the variant less than 0"))
        }
        Ok(price) if price <= currency.max_charge() => None,
        _ => Some(too_large()),
    }
}
