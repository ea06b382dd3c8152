//! `GET /products/facets`: counts the products of a list by the values of its filters.

use crate::MAX_AGE;
use crate::list_products::{CatalogueFilters, count_results};
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::{Facets, OptionCounts, PriceCounts, StockCounts, ValueCount, ValueCounts};
use ferrocart::domain::money::{Amount, Currency};
use ferrocart::domain::price_range::PriceRange;
use ferrocart::http::{Cacheable, IfNoneMatch, Query};
use ferrocart::{AppState, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// The numbers of products by the values of filters.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facets)]
struct FacetsView {
    /// The number of products that match all filters.
    product_count: i64,
    /// Whether more products match than `product_count`: only the newest ones were counted.
    is_capped: bool,
    currency: Currency,
    category: ValueFacet,
    size: ValueFacet,
    color: ValueFacet,
    /// The options other than size and colour, by name; at most 100.
    options: Vec<OptionFacet>,
    price: PriceFacet,
    stock: StockFacet,
}

/// The numbers of products by the values of a filter.
#[derive(Debug, Serialize, ToSchema)]
struct ValueFacet {
    /// The values with the most products first; at most 100.
    values: Vec<FacetValue>,
    /// Whether more products match than were counted.
    is_capped: bool,
}

/// A value of a filter.
#[derive(Debug, Serialize, ToSchema)]
struct FacetValue {
    value: String,
    /// The number of products that match with this value.
    product_count: i64,
}

/// The numbers of products by the values of an option.
#[derive(Debug, Serialize, ToSchema)]
struct OptionFacet {
    name: String,
    /// The values with the most products first; at most 100.
    values: Vec<FacetValue>,
    /// Whether more products match than were counted.
    is_capped: bool,
}

/// The numbers of products by price.
#[derive(Debug, Serialize, ToSchema)]
struct PriceFacet {
    /// The lowest price of a variant; null without products.
    min: Option<Amount>,
    /// The highest price of a variant; null without products.
    max: Option<Amount>,
    /// The ranges that have products, cheapest first. They begin at 1, 2 and 5 times the powers of ten.
    ranges: Vec<PriceRangeView>,
    /// Whether more products match than were counted.
    is_capped: bool,
}

/// A range of prices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRange)]
struct PriceRangeView {
    /// The lowest price of the range, for the filter of the same name.
    min_price: Amount,
    /// The highest price of the range, for the filter of the same name.
    max_price: Amount,
    /// The number of products with a variant at a price of the range.
    product_count: i64,
}

/// The numbers of products with and without stock.
#[derive(Debug, Serialize, ToSchema)]
struct StockFacet {
    in_stock: i64,
    out_of_stock: i64,
    /// Whether more products match than were counted.
    is_capped: bool,
}

/// Counts products by the values of filters
///
/// The filters are those of the list. A filter does not reduce the counts of its own values: with `color=Red` the counts of
/// colours are those of all colours, and all other counts are those of red products. Each count is the number of products in
/// the list with that value in addition to all other filters.
///
/// Counts are exact for small results. Of a large result only the newest products are counted, and `is_capped` is true: up to
/// 500 products for all facets together, and up to 100 for stock, for searches and with `in_stock`. Each filter reduces these
/// numbers, because its values are counted on products of their own.
#[utoipa::path(
    get,
    path = "/api/v1/products/facets",
    tag = "products",
    params(
        CatalogueFilters,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached counts"),
    ),
    responses(
        (status = 200, description = "The counts", body = FacetsView, headers(
            ("ETag" = String, description = "Identifies the version of the counts"),
            ("Cache-Control" = String, description = "How long the counts may be cached"),
        )),
        (status = 304, description = "The cached counts are current"),
    )
)]
pub(crate) async fn count_facets(
    State(shop): State<AppState>,
    known: IfNoneMatch,
    Query(filters): Query<CatalogueFilters>,
) -> Result<Response> {
    let (filter, q) = filters.into_filter();
    let facets = match &q {
        None => shop.products.count_facets(&filter, None).await?,
        Some(text) => count_results(&shop, text, &filter).await?,
    };
    let view = FacetsView::of(facets, shop.config.currency);
    Ok(Cacheable::json(&view)?.max_age(MAX_AGE).into_response_for(&known))
}

impl FacetsView {
    fn of(facets: Facets, currency: Currency) -> Self {
        let Facets { product_count, is_capped, categories, sizes, colors, options, prices, stock } = facets;
        Self {
            product_count,
            is_capped,
            currency,
            category: categories.into(),
            size: sizes.into(),
            color: colors.into(),
            options: options.into_iter().map(OptionFacet::from).collect(),
            price: PriceFacet::of(prices, currency),
            stock: stock.into(),
        }
    }
}

impl From<ValueCounts> for ValueFacet {
    fn from(ValueCounts { values, is_capped }: ValueCounts) -> Self {
        Self { values: values.into_iter().map(FacetValue::from).collect(), is_capped }
    }
}

impl From<ValueCount> for FacetValue {
    fn from(ValueCount { value, product_count }: ValueCount) -> Self {
        Self { value, product_count }
    }
}

impl From<OptionCounts> for OptionFacet {
    fn from(OptionCounts { name, counts }: OptionCounts) -> Self {
        let ValueFacet { values, is_capped } = counts.into();
        Self { name, values, is_capped }
    }
}

impl PriceFacet {
    fn of(PriceCounts { ranges, extent, is_capped }: PriceCounts, currency: Currency) -> Self {
        let show = |(PriceRange { min, max }, product_count): (PriceRange, i64)| PriceRangeView {
            min_price: min.of(currency),
            max_price: max.of(currency),
            product_count,
        };
        Self {
            min: extent.map(|extent| extent.min.of(currency)),
            max: extent.map(|extent| extent.max.of(currency)),
            ranges: ranges.into_iter().map(show).collect(),
            is_capped,
        }
    }
}

impl From<StockCounts> for StockFacet {
    fn from(StockCounts { in_stock, out_of_stock, is_capped }: StockCounts) -> Self {
        Self { in_stock, out_of_stock, is_capped }
    }
}
