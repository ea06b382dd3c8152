//! Products in responses.

use ferrocart::Result;
use ferrocart::db::products::{CategoryCount, ProductDoc, ProductSummaryDoc};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::image_details::{AltText, ImageDetails, Pixels};
use ferrocart::domain::money::{Amount, Currency, Money, Overflow};
use ferrocart::domain::product::{Seo, SeoDescription, SeoTitle, Variant};
use ferrocart::domain::product_options::{OptionName, OptionValue, ProductOption, collect_options};
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::slug::Slug;
use ferrocart::domain::text::{Description, Label, ProductName};
use ferrocart::domain::time::Timestamp;
use ferrocart::http::views::options_by_name;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A product with its variants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView {
    pub(crate) id: ProductId,
    /// Its name in the URLs of a storefront.
    slug: Slug,
    name: ProductName,
    description: Description,
    category: Label,
    /// The price of a variant without a modifier.
    base_price: Amount,
    currency: Currency,
    /// The former base price, which a storefront shows crossed out; null if it is not reduced.
    compare_at_price: Option<Amount>,
    seo: SeoView,
    tags: Vec<Label>,
    /// The options of its variants, with all values that occur. `Size` and `Color` are the fields of variants.
    #[schema(max_items = 3)]
    options: Vec<OptionView>,
    /// URLs of images; the first is the thumbnail.
    images: Vec<String>,
    /// The details of each of `images`, in the same order.
    image_details: Vec<ImageDetailsView>,
    /// Whether it is for sale. Only administrators receive products that are not.
    is_active: bool,
    /// Increases with each change, including sales. It is also the `ETag`.
    pub(crate) version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    variants: Vec<VariantView>,
}

/// What search engines show of a product instead of its name and description.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seo)]
struct SeoView {
    title: Option<SeoTitle>,
    description: Option<SeoDescription>,
}

/// An option of a product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductOption)]
struct OptionView {
    name: OptionName,
    /// Its values, in the order in which they are shown.
    values: Vec<OptionValue>,
}

/// The details of an image.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImageDetails)]
struct ImageDetailsView {
    url: String,
    /// The text that stands for the image, for people who do not see it.
    alt: Option<AltText>,
    width: Option<Pixels>,
    height: Option<Pixels>,
}

/// One size and colour of a product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
struct VariantView {
    sku: Sku,
    size: Option<Label>,
    color: Option<Label>,
    /// The values of all options by their names, including size and colour.
    #[schema(value_type = BTreeMap<String, Label>)]
    options: BTreeMap<OptionName, OptionValue>,
    stock_quantity: Stock,
    /// The difference to the base price of the product.
    price_modifier: Amount,
    /// Its price.
    price: Amount,
    /// Its former price, which a storefront shows crossed out; null if it is not reduced.
    compare_at_price: Option<Amount>,
}

/// A product in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductSummary {
    id: ProductId,
    slug: Slug,
    name: ProductName,
    category: Label,
    base_price: Amount,
    currency: Currency,
    /// The former base price; null if it is not reduced.
    compare_at_price: Option<Amount>,
    /// The price of the cheapest variant.
    min_price: Amount,
    /// The price of the most expensive variant.
    max_price: Amount,
    /// The URL of its first image.
    thumbnail: Option<String>,
    /// Whether any variant has stock.
    in_stock: bool,
    /// The sizes of its variants.
    sizes: Vec<Label>,
    /// The colours of its variants.
    colors: Vec<Label>,
    /// When it last changed, also by a sale.
    updated_at: Timestamp,
}

/// A product in a list of administrators.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminProductSummary {
    #[serde(flatten)]
    product: ProductSummary,
    /// Whether it is for sale.
    is_active: bool,
    /// The number of its variants.
    variant_count: usize,
    /// The stock of all variants.
    stock_quantity: u64,
    /// The lowest stock of a variant.
    lowest_stock: Stock,
    created_at: Timestamp,
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
        let (base_price, compare_at_price) = (product.base_price, product.compare_at_price);
        let show = |variant| VariantView::of(variant, base_price, compare_at_price, currency);
        let (slug, options) = (product.slug(), options(&product));
        let details = ImageDetails::of_images(&product.images, &product.image_details);
        Ok(Self {
            id: product.id,
            slug,
            name: product.name,
            description: product.description,
            category: product.category,
            base_price: product.base_price.of(currency),
            currency,
            compare_at_price: compare_at_price.map(|price| price.of(currency)),
            seo: product.seo.into(),
            tags: product.tags,
            options,
            images: product.images,
            image_details: details.into_iter().map(ImageDetailsView::from).collect(),
            is_active: product.is_active,
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
            variants: product.variants.into_iter().map(show).collect::<Result<_, _>>()?,
        })
    }
}

/// Returns the options of a product, in the order that an administrator has given, or else in that of its variants.
fn options(product: &ProductDoc) -> Vec<OptionView> {
    let options = if product.options.is_empty() {
        collect_options(product.variants.iter().map(Variant::all_options))
    } else {
        product.options.clone()
    };
    options.into_iter().map(|ProductOption { name, values }| OptionView { name, values }).collect()
}

impl From<Seo> for SeoView {
    fn from(Seo { title, description }: Seo) -> Self {
        Self { title, description }
    }
}

impl From<ImageDetails> for ImageDetailsView {
    fn from(ImageDetails { url, alt, width, height }: ImageDetails) -> Self {
        Self { url, alt, width, height }
    }
}

impl VariantView {
    fn of(
        variant: Variant,
        base_price: Money,
        compare_at_price: Option<Money>,
        currency: Currency,
    ) -> Result<Self, Overflow> {
        let price = variant.price(base_price)?.of(currency);
        let compare_at_price = compare_at_price.map(|price| variant.price(price)).transpose()?;
        let options = options_by_name(variant.size.as_ref(), variant.color.as_ref(), &variant.options);
        let Variant { sku, size, color, options: _, stock_quantity, price_modifier } = variant;
        Ok(Self {
            sku,
            size,
            color,
            options,
            stock_quantity,
            price_modifier: price_modifier.of(currency),
            price,
            compare_at_price: compare_at_price.map(|price| price.of(currency)),
        })
    }
}

impl ProductSummary {
    pub(crate) fn of(product: ProductSummaryDoc, currency: Currency) -> Self {
        Self {
            id: product.id,
            slug: product.slug(),
            name: product.name,
            category: product.category,
            base_price: product.base_price.of(currency),
            currency,
            compare_at_price: product.compare_at_price.map(|price| price.of(currency)),
            min_price: product.min_price.of(currency),
            max_price: product.max_price.of(currency),
            thumbnail: product.images.into_iter().next(),
            in_stock: product.variants.stock > 0,
            sizes: product.variants.sizes,
            colors: product.variants.colors,
            updated_at: product.updated_at,
        }
    }
}

impl AdminProductSummary {
    pub(crate) fn of(product: ProductSummaryDoc, currency: Currency) -> Self {
        Self {
            is_active: product.is_active,
            variant_count: product.variants.count,
            stock_quantity: product.variants.stock,
            lowest_stock: product.variants.lowest_stock,
            created_at: product.created_at,
            product: ProductSummary::of(product, currency),
        }
    }
}
