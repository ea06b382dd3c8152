//! `GET /products`: what is for sale.

use crate::MAX_AGE;
use crate::view::ProductSummary;
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::{ProductPosition, ProductSort};
use ferrocart::domain::text::Label;
use ferrocart::http::{Cached, Cursor, IfNoneMatch, Limit, List, Query};
use ferrocart::{AppState, Result, from_parameters};

/// Which page of which list to show.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListProducts {
    /// Only what is of this category.
    #[param(value_type = Option<String>)]
    category: Option<Label>,
    /// By what to sort, `newest` by default; prices are those of the cheapest variant.
    #[param(inline, value_type = Option<ProductSort>)]
    sort: ProductSort,
    /// How many to show at once.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the page before, for the same category and sort.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListProducts { category, sort = ProductSort::Newest, limit = Limit::DEFAULT, cursor });

/// Lists what is for sale
///
/// A page can be cached, and its `ETag` asks whether it has changed.
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
    let ListProducts { category, sort, limit, cursor } = query;
    let paging = shop.cursors.paging("products", &(&category, sort), limit);
    let after: Option<ProductPosition> = paging.start(cursor)?;
    let products = shop.products.list(category.as_ref(), sort, after.as_ref(), paging.rows()).await?;
    let position = |last: &_| ProductPosition::of(last, sort);
    let page = paging.page(products, position, |product| Ok(ProductSummary::of(product, shop.config.currency)))?;
    Ok(Cached::json(&page)?.public(MAX_AGE).unless(&known))
}
