//! Products in responses.

use ferrocart::Result;
use ferrocart::db::products::{CategoryCount, ProductDoc, ProductSummaryDoc};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::{Amount, Currency, Money, Overflow};
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::text::{Description, Label, ProductName};
use ferrocart::domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A product with its variants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView {
    pub(crate) id: ProductId,
    name: ProductName,
    description: Description,
    category: Label,
    /// The price of a variant without a modifier.
    base_price: Amount,
    currency: Currency,
    /// URLs of images; the first is the thumbnail.
    images: Vec<String>,
    /// Whether it is for sale. Only administrators receive products that are not.
    is_active: bool,
    /// Increases with each change, including sales. It is also the `ETag`.
    pub(crate) version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    variants: Vec<VariantView>,
}

/// One size and colour of a product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
struct VariantView {
    sku: Sku,
    size: Option<Label>,
    color: Option<Label>,
    stock_quantity: Stock,
    /// The difference to the base price of the product.
    price_modifier: Amount,
    /// Its price.
    price: Amount,
}

/// A product in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductSummary {
    id: ProductId,
    name: ProductName,
    category: Label,
    base_price: Amount,
    currency: Currency,
    /// The price of the cheapest variant.
    min_price: Amount,
    /// The price of the most expensive variant.
    max_price: Amount,
    /// The URL of its first image.
    thumbnail: Option<String>,
    /// Whether any variant has stock.
    in_stock: bool,
}

/// A category with active products.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub(crate) struct CategoryView {
    category: Label,
    /// The number of its active products.
    product_count: i64,
}

impl From<CategoryCount> for CategoryView {
    fn from(CategoryCount { category, product_count }: CategoryCount) -> Self {
        Self { category, product_count }
    }
}

impl ProductView {
    pub(crate) fn of(product: ProductDoc, currency: Currency) -> Result<Self> {
        let show = |variant| VariantView::of(variant, product.base_price, currency);
        Ok(Self {
            id: product.id,
            name: product.name,
            description: product.description,
            category: product.category,
            base_price: product.base_price.of(currency),
            currency,
            images: product.images,
            is_active: product.is_active,
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
            variants: product.variants.into_iter().map(show).collect::<Result<_, _>>()?,
        })
    }
}

impl VariantView {
    fn of(variant: Variant, base_price: Money, currency: Currency) -> Result<Self, Overflow> {
        let price = variant.price(base_price)?.of(currency);
        let Variant { sku, size, color, stock_quantity, price_modifier } = variant;
        Ok(Self { sku, size, color, stock_quantity, price_modifier: price_modifier.of(currency), price })
    }
}

impl ProductSummary {
    pub(crate) fn of(product: ProductSummaryDoc, currency: Currency) -> Self {
        Self {
            id: product.id,
            name: product.name,
            category: product.category,
            base_price: product.base_price.of(currency),
            currency,
            min_price: product.min_price.of(currency),
            max_price: product.max_price.of(currency),
            thumbnail: product.images.into_iter().next(),
            in_stock: product.variants.iter().any(|variant| variant.stock_quantity > Stock::NONE),
        }
    }
}
