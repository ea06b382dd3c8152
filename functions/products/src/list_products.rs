//! `GET /products`: what is for sale.

mod search;

use crate::MAX_AGE;
use crate::input::Price;
use crate::view::ProductSummary;
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::{Listed, ProductFilter, ProductPosition, ProductSort};
use ferrocart::domain::money::Money;
use ferrocart::domain::search::SearchText;
use ferrocart::domain::text::Label;
use ferrocart::domain::validation::ValidationError;
use ferrocart::error::FieldError;
use ferrocart::http::{Cached, Cursor, IfNoneMatch, Limit, List, Paging, Query};
use ferrocart::{AppState, Error, Result, from_parameters};

/// Which page of which list to show. What concerns a variant is true of one and the same: `size=M`
/// and `color=Red` show what there is in red and size M.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListProducts {
    /// Only what is of this category.
    #[param(value_type = Option<String>)]
    category: Option<Label>,
    /// Only what has all these words in its name, category, colours or description. Their forms, case and
    /// accents do not matter; the last one may be typed in part; a typo in a longer one is forgiven when
    /// nothing is found otherwise. A SKU finds its product.
    #[param(inline, value_type = Option<SearchText>)]
    q: Option<SearchText>,
    /// Only what has a variant that costs at least this, in major units of the store's currency.
    #[param(inline, value_type = Option<Money>)]
    min_price: Option<Price>,
    /// Only what has a variant that costs at most this, in major units of the store's currency.
    #[param(inline, value_type = Option<Money>)]
    max_price: Option<Price>,
    /// Only what there is in this size.
    #[param(value_type = Option<String>)]
    size: Option<Label>,
    /// Only what there is in this colour.
    #[param(value_type = Option<String>)]
    color: Option<Label>,
    /// `true`: only what there is some of.
    #[param(value_type = Option<bool>)]
    in_stock: bool,
    /// By what to sort; prices are those of the cheapest variant. By default `newest`, and with `q`
    /// `relevance`, which is for `q` only.
    #[param(inline, value_type = Option<ProductSort>)]
    sort: Option<ProductSort>,
    /// How many to show at once.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the page before, for the same filters and sort.
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

/// Lists what is for sale
///
/// All filters can be combined. A page can be cached, and its `ETag` asks whether it has changed.
#[utoipa::path(
    get,
    path = "/api/v1/products",
    tag = "products",
    params(ListProducts, ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a page that the client has")),
    responses(
        (status = 200, description = "A page of products", body = List<ProductSummary>, headers(
            ("ETag" = String, description = "Changes when the page does"),
            ("Cache-Control" = String, description = "For how long the page may be shown without asking"),
        )),
        (status = 304, description = "The page is what `If-None-Match` names"),
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
    let paging = Paging::new(&shop.cursors, "products", &(&filter, &q, sort), limit);
    let after: Option<ProductPosition> = paging.start(cursor)?;
    let listed = match &q {
        None => shop.products.list(&filter, sort, after.as_ref(), paging.rows()).await?,
        Some(text) => search::search(&shop, text, &filter, sort, after.as_ref(), paging.rows()).await?,
    };
    let show = |listed: Listed| Ok(ProductSummary::of(listed.product, shop.config.currency));
    let page = paging.page(listed, |last: &Listed| last.position.clone(), show)?;
    Ok(Cached::json(&page)?.public(MAX_AGE).into_response_for(&known))
}

impl ListProducts {
    /// By what to sort, when the parameters do not contradict one another.
    fn sort(&self) -> Result<ProductSort> {
        let mut errors = Vec::new();
        let mut refuse = |pointer: &str, code, message| {
            errors.push(FieldError { pointer: pointer.to_owned(), error: ValidationError::new(code, message) });
        };
        if let (Some(least), Some(most)) = (self.min_price, self.max_price)
            && least.money() > most.money()
        {
            refuse("max_price", "out_of_range", "must not be less than min_price");
        }
        let sort = match (self.sort, &self.q) {
            (Some(sort), _) => sort,
            (None, Some(_)) => ProductSort::Relevance,
            (None, None) => ProductSort::Newest,
        };
        if sort == ProductSort::Relevance && self.q.is_none() {
            refuse("sort", "invalid_choice", "must not be relevance without q");
        }
        if errors.is_empty() { Ok(sort) } else { Err(Error::MalformedQuery(errors)) }
    }
}
