//! Product details as administrators send them, in requests and in files.

mod contradictions;
mod parts;
mod presentation;

pub use parts::Price;

use super::{FromInput, Input, ValidationErrors};
use crate::db::products::{Presentation, ProductDetails, SortKeys};
use crate::domain::money::{Currency, Money};
use crate::domain::product::{MAX_IMAGES, MAX_TAGS, MAX_VARIANTS, Variant};
use crate::domain::product_options::MAX_OPTIONS;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{Description, Label, ProductName};
use crate::domain::url::WebUrl;
use crate::from_fields;
use contradictions::{Outline, VariantOutline};
use parts::{Several, too_large};
use presentation::{ImageDetailsInput, OptionInput, SeoInput, VariantOptions};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The details of a product.
#[derive(Debug, ToSchema)]
pub struct ProductInput {
    /// Its name in the URLs of a storefront. If omitted, an existing product keeps its slug, and that of a new one is derived
    /// from its name. A slug that the product once had stays reserved for it.
    slug: Option<Slug>,
    name: ProductName,
    description: Description,
    category: Label,
    /// The price of a variant without a modifier; not negative.
    #[schema(value_type = Money)]
    base_price: Price,
    /// The former base price, which a storefront shows crossed out; higher than the base price.
    #[schema(value_type = Option<Money>)]
    compare_at_price: Option<Price>,
    /// What search engines show instead of name and description.
    #[schema(required = false)]
    seo: Option<SeoInput>,
    #[schema(value_type = Vec<Label>, max_items = 50, required = false)]
    tags: Several<Label, 0, MAX_TAGS>,
    /// The order in which options and their values are shown. Those that variants have beyond it follow at the end.
    #[schema(value_type = Vec<OptionInput>, max_items = 3, required = false)]
    options: Several<OptionInput, 0, MAX_OPTIONS>,
    /// URLs of images in their order; the first is the thumbnail. If omitted, they follow from `image_details`. Without both
    /// an existing product keeps its images, including concurrent uploads; a new one has none.
    #[schema(value_type = Option<Vec<WebUrl>>, max_items = 20, required = false)]
    images: Option<Several<WebUrl, 0, MAX_IMAGES>>,
    /// The details of images. Each must be one of `images`, if they are given. If omitted, images keep their details.
    #[schema(value_type = Option<Vec<ImageDetailsInput>>, max_items = 20, required = false)]
    image_details: Option<Several<ImageDetailsInput, 0, MAX_IMAGES>>,
    /// Whether it is for sale. If omitted, an existing product keeps its state, so that an edit does not reactivate it; a
    /// new one is for sale.
    #[schema(value_type = Option<bool>, required = false)]
    is_active: Option<bool>,
    #[schema(value_type = Vec<VariantInput>, min_items = 1, max_items = 100)]
    variants: Several<VariantInput, 1, MAX_VARIANTS>,
}

from_fields!(ProductInput {
    slug = None,
    name,
    description,
    category,
    base_price,
    compare_at_price,
    seo = None,
    tags = Several(Vec::new()),
    options = Several(Vec::new()),
    images = None,
    image_details = None,
    is_active = None,
    variants
});

/// The details of a variant.
#[derive(Debug, ToSchema)]
pub struct VariantInput {
    /// Unique in the whole catalogue.
    sku: Sku,
    size: Option<Label>,
    color: Option<Label>,
    /// The values of options by their names, at most three. `Size` and `Color` are the same as the fields.
    #[schema(value_type = std::collections::BTreeMap<String, Label>, required = false)]
    options: VariantOptions,
    /// The stock. If omitted, an existing variant keeps its stock, including concurrent sales; a new one has none.
    stock_quantity: Option<Stock>,
    /// The difference to the base price of the product; the sum is not negative.
    #[schema(required = false, default = 0)]
    price_modifier: Money,
    /// The price as it was read. It follows from `base_price` and `price_modifier`, and is rejected if it contradicts them.
    price: Option<Money>,
    /// As it was read. It follows from that of the product and `price_modifier`, and is ignored.
    #[expect(dead_code, reason = "accepted because variants have it")]
    compare_at_price: Option<Money>,
}

from_fields!(VariantInput {
    sku,
    size,
    color,
    options = VariantOptions::default(),
    stock_quantity,
    price_modifier = Money::ZERO,
    price,
    compare_at_price
});

/// Product details without contradictions.
#[derive(Debug)]
pub struct Details(pub ProductDetails);

impl Details {
    /// Parses the body of `POST /products`.
    ///
    /// # Errors
    /// Every invalid field.
    pub fn parse(json: &RawValue, currency: Currency) -> Result<Self, ValidationErrors> {
        Self::from_input(&Input::body(json, currency))
    }
}

impl FromInput for Details {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Self::check(ProductInput::from_input(input), input)
    }
}

impl Details {
    /// Checks a parsed product.
    ///
    /// # Errors
    /// The invalid fields, and contradictions between fields.
    pub fn check(product: Result<ProductInput, ValidationErrors>, input: &Input<'_>) -> Result<Self, ValidationErrors> {
        match product {
            Ok(product) => {
                let errors = product.outline().contradictions(input);
                if errors.is_empty() { product.details(input).map(Self) } else { Err(errors) }
            }
            Err(mut errors) => {
                errors.extend(
                    Outline::from_input(input).map_or_else(|_| ValidationErrors::new(), |it| it.contradictions(input)),
                );
                Err(errors)
            }
        }
    }
}

impl ProductInput {
    /// Returns the fields that can contradict each other.
    fn outline(&self) -> Outline {
        let variants = self.variants.0.iter();
        let variants = variants.map(|VariantInput { sku, price_modifier, price, size, color, options, .. }| {
            let (size, color, options) = (size.clone(), color.clone(), options.clone());
            let (sku, price_modifier) = (Some(sku.clone()), Some(*price_modifier));
            VariantOutline { sku, price_modifier, price: *price, size, color, options }
        });
        let (base_price, compare_at_price) = (Some(self.base_price), self.compare_at_price);
        Outline { base_price, compare_at_price, variants: variants.collect() }
    }

    fn details(self, input: &Input<'_>) -> Result<ProductDetails, ValidationErrors> {
        let Self {
            slug, name, description, category, base_price: Price(base_price), images, is_active, variants, ..
        } = self;
        let variants: Vec<_> = variants.0.into_iter().map(VariantInput::variant).collect();
        let Ok(sort_keys) = SortKeys::of(base_price, variants.iter().map(|(variant, _)| variant)) else {
            return Err(input.error_at("base_price", too_large()));
        };
        let images: Option<Vec<String>> = images.map(|images| images.0.into_iter().map(String::from).collect());
        let (images, image_details) = presentation::images(images, self.image_details.map(|it| it.0), input)?;
        let options = presentation::options(self.options.0, &variants);
        let tags = presentation::tags(self.tags.0);
        let compare_at_price = self.compare_at_price.map(Price::money);
        let seo = self.seo.unwrap_or_default().into();
        let presentation = Presentation { slug, seo, tags, compare_at_price, options, image_details };
        Ok(ProductDetails {
            name,
            description,
            category,
            base_price,
            images,
            is_active,
            variants,
            sort_keys,
            presentation,
        })
    }
}

impl VariantInput {
    fn variant(self) -> (Variant, Option<Stock>) {
        let Self { sku, size, color, options, stock_quantity, price_modifier, .. } = self;
        let (size, color, options) = options.with(size, color);
        (Variant { sku, size, color, options, stock_quantity: Stock::NONE, price_modifier }, stock_quantity)
    }
}
