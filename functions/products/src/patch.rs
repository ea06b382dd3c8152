//! Applies merge patches to products.
//!
//! A patch is merged into the product as it was read, without stock: what a patch does not change keeps concurrent sales and
//! uploads. The result passes the checks of `PUT`.

use crate::conflict::conflict;
use ferrocart::db::products::{ProductDetails, ProductDoc};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::{Amount, Currency};
use ferrocart::domain::product::{Seo, Variant};
use ferrocart::domain::product_options::{OptionName, ProductOption, VariantOption};
use ferrocart::domain::sku::Sku;
use ferrocart::domain::text::Label;
use ferrocart::error::FieldError;
use ferrocart::http::product_input::Details;
use ferrocart::http::{IfMatch, MergePatch};
use ferrocart::{AppState, Error, Result};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

/// How often a patch without `If-Match` is applied again because the product was edited in the meantime.
const MAX_ATTEMPTS: u32 = 5;

/// Reads a product, changes its details, and stores them, unless it was edited in the meantime.
pub(crate) async fn update(
    shop: &AppState,
    id: ProductId,
    seen: &IfMatch,
    change: impl Fn(&ProductDoc) -> Result<ProductDetails>,
) -> Result<ProductDoc> {
    for _ in 0..MAX_ATTEMPTS {
        let product = shop.products.get(id).await?.ok_or(Error::NotFound)?;
        let details = change(&product)?;
        shop.vocabulary.add_words(details.title_words(shop.config.catalogue_language)).await?;
        let updated = shop.products.replace_read(&product, seen.versions(), &details, shop.now());
        match updated.await.map_err(conflict)? {
            Some(product) => return Ok(product),
            None if seen.versions().is_some() => break,
            None => {}
        }
    }
    Err(Error::VersionMismatch)
}

/// Returns the details of a product after a patch.
pub(crate) fn patched(product: &ProductDoc, patch: &MergePatch, currency: Currency) -> Result<ProductDetails> {
    let variants: Vec<_> = product.variants.iter().map(|variant| raw(&VariantBase::of(variant, currency))).collect();
    let base = ProductBase::of(product, variants.into_iter().collect::<Result<_>>()?, currency);
    // Without `images` a product keeps its images, so their removal has to be explicit.
    let none = raw(&[(); 0])?;
    let removes_details = patch.get("image_details").is_some_and(|details| details.get() == "null");
    let base = ProductBase { images: removes_details.then_some(&product.images), ..base };
    let patch = patch.with_fields(|name, value| {
        let is_removed = value.get() == "null" && ["images", "image_details"].contains(&name);
        vec![(name.to_owned(), if is_removed { none.clone() } else { value.to_owned() })]
    })?;
    parse(&patch.apply(&raw(&base)?)?, currency)
}

/// Returns the details of a product after a patch of one of its variants.
pub(crate) fn patched_variant(
    product: &ProductDoc,
    sku: &Sku,
    patch: &MergePatch,
    currency: Currency,
) -> Result<ProductDetails> {
    let position = product.variants.iter().position(|variant| variant.sku == *sku).ok_or(Error::NotFound)?;
    let patch = patch.with_fields(size_and_color)?;
    let variant = |(index, variant): (usize, &Variant)| {
        let base = raw(&VariantBase::of(variant, currency))?;
        if index == position { patch.apply(&base) } else { Ok(base) }
    };
    let variants = product.variants.iter().enumerate().map(variant).collect::<Result<Vec<_>>>()?;
    let base = ProductBase::of(product, variants, currency);
    let details =
        parse(&raw(&base)?, currency).map_err(|error| relative_to(&format!("/variants/{position}"), error))?;
    // Its stock and its orders belong to the SKU.
    match details.variants.get(position) {
        Some((variant, _)) if variant.sku == *sku => Ok(details),
        _ => {
            let error = ferrocart::domain::validation::ValidationError::new("mismatch", "must be the SKU in the path");
            Err(Error::field("/sku", error))
        }
    }
}

/// Moves size and colour from `options` of a patch to the fields that are the same.
fn size_and_color(name: &str, value: &RawValue) -> Vec<(String, Box<RawValue>)> {
    let unchanged = || vec![(name.to_owned(), value.to_owned())];
    let Ok(options) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(value.get()) else { return unchanged() };
    if name != "options" {
        return unchanged();
    }
    let field = |name: &str| match name.parse::<OptionName>() {
        Ok(name) if name.is_size() => Some("size"),
        Ok(name) if name.is_color() => Some("color"),
        _ => None,
    };
    let (fields, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        options.into_iter().partition(|(name, _)| field(name).is_some());
    let fields = fields.into_iter().filter_map(|(name, value)| Some((field(&name)?.to_owned(), value)));
    fields.chain(to_raw_value(&others).ok().map(|others| (name.to_owned(), others))).collect()
}

fn parse(json: &RawValue, currency: Currency) -> Result<ProductDetails> {
    Details::parse(json, currency).map(|Details(details)| details).map_err(Error::Validation)
}

/// Returns the error with the positions of invalid fields relative to a part.
fn relative_to(part: &str, error: Error) -> Error {
    let Error::Validation(errors) = error else { return error };
    let relative = |FieldError { pointer, error }: FieldError| FieldError {
        pointer: pointer.strip_prefix(part).unwrap_or_default().to_owned(),
        error,
    };
    Error::Validation(errors.into_iter().map(relative).collect())
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>> {
    to_raw_value(value).map_err(|_error| Error::System("a product could not be written as JSON"))
}

/// A product in the form of `PUT`, without what an edit keeps by default.
#[derive(Serialize)]
struct ProductBase<'a> {
    name: &'a str,
    description: &'a str,
    category: &'a str,
    base_price: Amount,
    compare_at_price: Option<Amount>,
    seo: &'a Seo,
    tags: &'a [Label],
    options: &'a [ProductOption],
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<&'a Vec<String>>,
    variants: Vec<Box<RawValue>>,
}

impl<'a> ProductBase<'a> {
    fn of(product: &'a ProductDoc, variants: Vec<Box<RawValue>>, currency: Currency) -> Self {
        Self {
            name: product.name.as_str(),
            description: product.description.as_str(),
            category: product.category.as_str(),
            base_price: product.base_price.of(currency),
            compare_at_price: product.compare_at_price.map(|price| price.of(currency)),
            seo: &product.seo,
            tags: &product.tags,
            options: &product.options,
            images: None,
            variants,
        }
    }
}

#[derive(Serialize)]
struct VariantBase<'a> {
    sku: &'a str,
    size: Option<&'a Label>,
    color: Option<&'a Label>,
    options: BTreeMap<&'a str, &'a str>,
    price_modifier: Amount,
}

impl<'a> VariantBase<'a> {
    fn of(variant: &'a Variant, currency: Currency) -> Self {
        let options = variant.options.iter();
        Self {
            sku: variant.sku.as_str(),
            size: variant.size.as_ref(),
            color: variant.color.as_ref(),
            options: options.map(|VariantOption { name, value }| (name.as_str(), value.as_str())).collect(),
            price_modifier: variant.price_modifier.of(currency),
        }
    }
}
