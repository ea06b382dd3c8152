//! `GET /products`: lists and searches active products.

mod search;

use crate::MAX_AGE;
use crate::input::Price;
use crate::view::ProductSummary;
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::{ProductFilter, ProductListEntry, ProductPosition, ProductSort};
use ferrocart::domain::money::Money;
use ferrocart::domain::search::SearchText;
use ferrocart::domain::text::Label;
use ferrocart::domain::validation::ValidationError;
use ferrocart::error::FieldError;
use ferrocart::http::{Cacheable, Cursor, IfNoneMatch, Limit, List, Paging, Query};
use ferrocart::{AppState, Error, Result, from_parameters};

/// Filters, sort and page. Filters on variants apply to one and the same variant: `size=M` and `color=Red` match products
/// with a red variant in size M.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListProducts {
    /// Products of this category.
    #[param(value_type = Option<String>)]
    category: Option<Label>,
    /// Products with all these words in name, category, colours or description, or as a size. Inflection, letter case,
    /// accents and the spelling of compounds are ignored; the last word may be a prefix; a typo in a longer word is
    /// corrected if nothing matches otherwise. A SKU, or its beginning up to a separator, finds its product.
    #[param(inline, value_type = Option<SearchText>)]
    q: Option<SearchText>,
    /// Products with a variant at or above this price, in major units of the store currency.
    #[param(inline, value_type = Option<Money>)]
    min_price: Option<Price>,
    /// Products with a variant at or below this price, in major units of the store currency.
    #[param(inline, value_type = Option<Money>)]
    max_price: Option<Price>,
    /// Products with a variant in this size.
    #[param(value_type = Option<String>)]
    size: Option<Label>,
    /// Products with a variant in this colour.
    #[param(value_type = Option<String>)]
    color: Option<Label>,
    /// `true`: products with stock.
    #[param(value_type = Option<bool>)]
    in_stock: bool,
    /// The sort order; prices are those of the cheapest variant, and names are in the order of the language of the
    /// catalogue. By default `newest`, or `relevance` with `q`. `relevance` requires `q`.
    #[param(inline, value_type = Option<ProductSort>)]
    sort: Option<ProductSort>,
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the previous page, for the same filters and sort.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListProducts {
    category,
    q,
    min_price,
    max_price,
    size,
    color,
    in_stock = false,
    sort,
    limit = Limit::DEFAULT,
    cursor
});

/// Lists active products
///
/// All filters can be combined. Pages can be cached and revalidated by `ETag`.
#[utoipa::path(
    get,
    path = "/api/v1/products",
    tag = "products",
    params(ListProducts, ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached page")),
    responses(
        (status = 200, description = "A page of products", body = List<ProductSummary>, headers(
            ("ETag" = String, description = "Identifies the version of the page"),
            ("Cache-Control" = String, description = "How long the page may be cached"),
        )),
        (status = 304, description = "The cached page is current"),
    )
)]
pub(crate) async fn list_products(
    State(shop): State<AppState>,
    known: IfNoneMatch,
    Query(query): Query<ListProducts>,
) -> Result<Response> {
    let sort = query.sort()?;
    let ListProducts { category, q, min_price, max_price, size, color, in_stock, sort: _, limit, cursor } = query;
    let (min_price, max_price) = (min_price.map(Price::money), max_price.map(Price::money));
    let filter = ProductFilter { category, size, color, min_price, max_price, in_stock };
    let paging = Paging::new(shop.cursors()?, "products", &(&filter, &q, sort), limit);
    let after: Option<ProductPosition> = paging.start(cursor)?;
    let listed = match &q {
        None => shop.products.list(&filter, sort, after.as_ref(), paging.rows()).await?,
        Some(text) => search::search(&shop, text, &filter, sort, after.as_ref(), paging.rows()).await?,
    };
    let show = |listed: ProductListEntry| Ok(ProductSummary::of(listed.product, shop.config.currency));
    let page = paging.page(listed, |last: &ProductListEntry| last.position.clone(), show)?;
    Ok(Cacheable::json(&page)?.max_age(MAX_AGE).into_response_for(&known))
}

impl ListProducts {
    /// Returns the sort order, unless parameters contradict each other.
    fn sort(&self) -> Result<ProductSort> {
        let mut errors = Vec::new();
        let mut reject = |pointer: &str, code, message| {
            errors.push(FieldError { pointer: pointer.to_owned(), error: ValidationError::new(code, message) });
        };
        if let (Some(least), Some(most)) = (self.min_price, self.max_price)
            && least.money() > most.money()
        {
            reject("max_price", "out_of_range", "must not be less than min_price");
        }
        let sort = match (self.sort, &self.q) {
            (Some(sort), _) => sort,
            (None, Some(_)) => ProductSort::Relevance,
            (None, None) => ProductSort::Newest,
        };
        if sort == ProductSort::Relevance && self.q.is_none() {
            reject("sort", "invalid_choice", "must not be relevance without q");
        }
        if errors.is_empty() { Ok(sort) } else { Err(Error::MalformedQuery(errors)) }
    }
}
