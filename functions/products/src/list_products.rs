//! `GET /products`: lists and searches active products.

mod filters;
mod lookup;
mod search;

pub(crate) use filters::CatalogueFilters;
pub(crate) use search::{count_results, search};

use crate::MAX_AGE;
use crate::values::Values;
use crate::view::ProductSummary;
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::{ProductListEntry, ProductPosition, ProductSort};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::validation::ValidationError;
use ferrocart::error::FieldError;
use ferrocart::http::{
    Cacheable, Cursor, Fields, FromFields, FromQuery, IfNoneMatch, Limit, List, Paging, Query, ValidationErrors,
};
use ferrocart::{AppState, Result, from_fields};
use lookup::{Lookup, look_up};

/// Maximum number of ids or SKUs of one request.
const MAX_LOOKUP: usize = 100;

/// Sort and page; or the products to look up.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PageParameters {
    /// The products with these ids, at most 100, separated by commas, in this order, without any other parameter. Those that
    /// do not exist or are not for sale are missing in the response.
    #[param(value_type = Option<String>)]
    ids: Option<Values<ProductId, MAX_LOOKUP>>,
    /// The products with variants of these SKUs, as with `ids`.
    #[param(value_type = Option<String>)]
    skus: Option<Values<Sku, MAX_LOOKUP>>,
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

from_fields!(PageParameters { ids = None, skus = None, sort, limit = Limit::DEFAULT, cursor });

/// All parameters: those that look up products, or those of a list.
#[derive(Debug)]
pub(crate) enum ListProducts {
    Lookup(Lookup),
    List { filters: CatalogueFilters, sort: ProductSort, limit: Limit, cursor: Option<Cursor> },
}

impl FromQuery for ListProducts {
    fn from_query(mut fields: Fields<'_>) -> Result<Self, ValidationErrors> {
        let given = fields.len();
        let (filters, page) = (CatalogueFilters::take(&mut fields), PageParameters::take(&mut fields));
        fields.finish(&[CatalogueFilters::NAMES, PageParameters::NAMES].concat())?;
        // `None` has an error, with which `finish` has returned.
        let (Some(filters), Some(page)) = (filters, page) else { return Err(ValidationErrors::new()) };
        let PageParameters { ids, skus, sort, limit, cursor } = page;
        let lookup = match (ids, skus) {
            (Some(ids), _) => Some(("ids", Lookup::Ids(Values::of(Some(ids))))),
            (None, Some(skus)) => Some(("skus", Lookup::Skus(Values::of(Some(skus))))),
            (None, None) => None,
        };
        match lookup {
            Some((_, lookup)) if given == 1 => Ok(Self::Lookup(lookup)),
            Some((name, _)) => Err(error(name, "exclusive", "must be the only parameter")),
            None => {
                let mut errors = filters.contradictions();
                let default = if filters.q.is_some() { ProductSort::Relevance } else { ProductSort::Newest };
                let sort = sort.unwrap_or(default);
                if sort == ProductSort::Relevance && filters.q.is_none() {
                    errors.extend(error("sort", "invalid_choice", "must not be relevance without q"));
                }
                if errors.is_empty() { Ok(Self::List { filters, sort, limit, cursor }) } else { Err(errors) }
            }
        }
    }
}

/// Returns an error about a parameter.
pub(crate) fn error(pointer: &str, code: &'static str, message: &'static str) -> ValidationErrors {
    vec![FieldError { pointer: pointer.to_owned(), error: ValidationError::new(code, message) }]
}

/// Lists active products
///
/// All filters can be combined. Pages can be cached and revalidated by `ETag`.
#[utoipa::path(
    get,
    path = "/api/v1/products",
    tag = "products",
    params(
        CatalogueFilters,
        PageParameters,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached page"),
    ),
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
    let page = match query {
        ListProducts::Lookup(lookup) => look_up(&shop, lookup).await?,
        ListProducts::List { filters, sort, limit, cursor } => {
            let (filter, q) = filters.into_filter();
            let paging = Paging::new(shop.cursors()?, "products", &(&filter, &q, sort), limit);
            let after: Option<ProductPosition> = paging.start(cursor)?;
            let listed = match &q {
                None => shop.products.list(&filter, sort, after.as_ref(), paging.rows()).await?,
                Some(text) => search(&shop, text, &filter, sort, after.as_ref(), paging.rows()).await?,
            };
            let show = |listed: ProductListEntry| Ok(ProductSummary::of(listed.product, shop.config.currency));
            paging.page(listed, |last: &ProductListEntry| last.position.clone(), show)?
        }
    };
    Ok(Cacheable::json(&page)?.max_age(MAX_AGE).into_response_for(&known))
}
