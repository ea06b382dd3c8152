//! Product details as administrators send them.

use ferrocart::db::products::{ProductDetails, SortKeys};
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::product::{MAX_IMAGES, MAX_VARIANTS, Variant};
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::text::{Description, Label, ProductName};
use ferrocart::domain::url::WebUrl;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{FromInput, Input, ValidationErrors};
use ferrocart::{Result, from_fields};
use serde_json::value::RawValue;
use std::collections::HashSet;
use utoipa::ToSchema;

/// The details of a product.
#[derive(Debug, ToSchema)]
pub(crate) struct ProductInput {
    pub(crate) name: ProductName,
    pub(crate) description: Description,
    pub(crate) category: Label,
    /// The price of a variant without a modifier; not negative.
    #[schema(value_type = Money)]
    pub(crate) base_price: Price,
    /// URLs of images; the first is the thumbnail. If omitted, an existing product keeps its images, including concurrent
    /// uploads; a new one has none.
    #[schema(value_type = Option<Vec<WebUrl>>, max_items = 20, required = false)]
    pub(crate) images: Option<Several<WebUrl, 0, MAX_IMAGES>>,
    /// Whether it is for sale. If omitted, an existing product keeps its state, so that an edit does not reactivate it; a
    /// new one is for sale.
    #[schema(value_type = Option<bool>, required = false)]
    pub(crate) is_active: Option<bool>,
    #[schema(value_type = Vec<VariantInput>, min_items = 1, max_items = 100)]
    pub(crate) variants: Several<VariantInput, 1, MAX_VARIANTS>,
}

from_fields!(ProductInput {
    name,
    description,
    category,
    base_price,
    images = None,
    is_active = None,
    variants
});

/// The details of a variant.
#[derive(Debug, ToSchema)]
pub(crate) struct VariantInput {
    /// Unique in the whole catalogue.
    sku: Sku,
    size: Option<Label>,
    color: Option<Label>,
    /// The stock. If omitted, an existing variant keeps its stock, including concurrent sales; a new one has none.
    stock_quantity: Option<Stock>,
    /// The difference to the base price of the product; the sum is not negative.
    #[schema(required = false, default = 0)]
    price_modifier: Money,
    /// The price as it was read. It follows from `base_price` and `price_modifier`, and is rejected if it contradicts them.
    price: Option<Money>,
}

from_fields!(VariantInput { sku, size, color, stock_quantity, price_modifier = Money::ZERO, price });

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
    /// Returns the details of a parsed product, or all errors: those of single fields, and contradictions between fields.
    pub(crate) fn check(
        product: Result<ProductInput, ValidationErrors>,
        input: &Input<'_>,
    ) -> Result<Self, ValidationErrors> {
        match product {
            Ok(product) => {
                let errors = Outline::of(&product).contradictions(input);
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
    fn details(self, input: &Input<'_>) -> Result<ProductDetails, ValidationErrors> {
        let Self { name, description, category, base_price: Price(base_price), images, is_active, variants } = self;
        let variants: Vec<_> = variants.0.into_iter().map(VariantInput::variant).collect();
        match SortKeys::of(base_price, variants.iter().map(|(variant, _)| variant)) {
            Ok(sort_keys) => Ok(ProductDetails {
                name,
                description,
                category,
                base_price,
                images: images.map(|images| images.0.into_iter().map(String::from).collect()),
                is_active,
                variants,
                sort_keys,
            }),
            Err(_overflow) => Err(input.error_at("base_price", too_large())),
        }
    }
}

impl VariantInput {
    fn variant(self) -> (Variant, Option<Stock>) {
        let Self { sku, size, color, stock_quantity, price_modifier, price: _ } = self;
        (Variant { sku, size, color, stock_quantity: Stock::NONE, price_modifier }, stock_quantity)
    }
}

/// A price: not negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Price(Money);

impl Price {
    pub(crate) const fn money(self) -> Money {
        self.0
    }
}

impl FromInput for Price {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let money = input.money()?;
        if money.is_negative() { Err(input.error(negative())) } else { Ok(Self(money)) }
    }
}

/// An array of `MIN` to `MAX` items.
#[derive(Debug)]
pub(crate) struct Several<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T: FromInput, const MIN: usize, const MAX: usize> FromInput for Several<T, MIN, MAX> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.items_within(MIN..=MAX).map(Self)
    }
}

/// The fields of a product that can contradict each other, as far as they are valid: contradictions are reported together
/// with invalid fields.
struct Outline {
    base_price: Option<Price>,
    variants: Vec<VariantOutline>,
}

struct VariantOutline {
    sku: Option<Sku>,
    price_modifier: Option<Money>,
    price: Option<Money>,
}

impl FromInput for Outline {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut fields = input.fields()?;
        let variants = fields.take::<Several<_, 1, MAX_VARIANTS>>("variants");
        Ok(Self { base_price: fields.take("base_price"), variants: variants.map_or_else(Vec::new, |it| it.0) })
    }
}

impl FromInput for VariantOutline {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(match input.fields() {
            Ok(mut fields) => Self {
                sku: fields.take("sku"),
                price_modifier: fields.take_or("price_modifier", || Money::ZERO),
                price: fields.take::<Option<_>>("price").flatten(),
            },
            Err(_) => Self { sku: None, price_modifier: None, price: None },
        })
    }
}

impl Outline {
    fn of(product: &ProductInput) -> Self {
        let variants = product.variants.0.iter();
        let variants = variants.map(|VariantInput { sku, price_modifier, price, .. }| VariantOutline {
            sku: Some(sku.clone()),
            price_modifier: Some(*price_modifier),
            price: *price,
        });
        Self { base_price: Some(product.base_price), variants: variants.collect() }
    }

    fn contradictions(&self, input: &Input<'_>) -> ValidationErrors {
        let mut seen = HashSet::new();
        let mut errors = ValidationErrors::new();
        for (position, VariantOutline { sku, price_modifier, price }) in self.variants.iter().enumerate() {
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

fn negative() -> ValidationError {
    ValidationError::new("negative", "must not be less than 0")
}

fn too_large() -> ValidationError {
    ValidationError::new("too_large", "makes a price that exceeds the maximum charge")
}
