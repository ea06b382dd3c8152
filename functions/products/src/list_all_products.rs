//! `GET /admin/products`: lists and searches all products, active or not.

use crate::list_products::{error, search};
use crate::values::Values;
use crate::view::AdminProductSummary;
use axum::extract::State;
use ferrocart::db::products::{
    Activity, ProductFilter, ProductListEntry, ProductPosition, ProductSort, ProductSummaryDoc, StockPosition,
};
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::search::SearchText;
use ferrocart::domain::text::Label;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{
    Admin, Cursor, Fields, FromFields, FromInput, FromQuery, Input, Json, Limit, List, Paging, Query, ValidationErrors,
};
use ferrocart::{AppState, Result, from_fields};
use utoipa::ToSchema;

/// Maximum number of categories of one request.
const MAX_CATEGORIES: usize = 20;

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Catalogue(ProductSort),
    Stock,
}

/// The names of the orders.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum AdminProductSort {
    Newest,
    PriceAsc,
    PriceDesc,
    Name,
    Relevance,
    Stock,
}

impl FromInput for Sort {
    const IS_TEXT: bool = true;

    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        const STOCK: &str = "stock";
        let text = input.text()?;
        if text == STOCK {
            return Ok(Self::Stock);
        }
        text.parse().map(Self::Catalogue).map_err(|_error| {
            let choices: Vec<&str> = ProductSort::ALL.into_iter().map(ProductSort::as_str).chain([STOCK]).collect();
            input.error(ValidationError::invalid_choice(&choices))
        })
    }
}

/// The filters, all of which must match, and the page.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// `true`: products for sale; `false`: the others.
    is_active: Option<bool>,
    /// Products of these categories, separated by commas.
    #[param(value_type = Option<String>)]
    category: Option<Values<Label, MAX_CATEGORIES>>,
    /// Products with all these words, as in the list of the catalogue.
    #[param(inline, value_type = Option<SearchText>)]
    q: Option<SearchText>,
    /// Products with a variant of at most this stock. Without `q` they are in the order of their stock.
    #[param(inline, value_type = Option<Stock>)]
    max_stock: Option<Stock>,
    /// The sort order, as in the list of the catalogue. `stock`: active products first, each with the lowest stock first;
    /// not with `q`. By default `relevance` with `q`, `stock` with `max_stock`, and otherwise `newest`.
    #[param(inline, value_type = Option<AdminProductSort>)]
    sort: Option<Sort>,
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the previous page, for the same filters and sort.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_fields!(Parameters { is_active, category = None, q = None, max_stock, sort, limit = Limit::DEFAULT, cursor });

/// All parameters, without contradictions.
#[derive(Debug)]
pub(crate) struct ListAllProducts {
    filter: ProductFilter,
    q: Option<SearchText>,
    sort: Sort,
    limit: Limit,
    cursor: Option<Cursor>,
}

impl FromQuery for ListAllProducts {
    fn from_query(mut fields: Fields<'_>) -> Result<Self, ValidationErrors> {
        let parameters = Parameters::take(&mut fields);
        fields.finish(Parameters::NAMES)?;
        // `None` has an error, with which `finish` has returned.
        let Some(parameters) = parameters else { return Err(ValidationErrors::new()) };
        let Parameters { is_active, category, q, max_stock, sort, limit, cursor } = parameters;
        let sort = sort.unwrap_or(match (&q, max_stock) {
            (Some(_), _) => Sort::Catalogue(ProductSort::Relevance),
            (None, Some(_)) => Sort::Stock,
            (None, None) => Sort::Catalogue(ProductSort::Newest),
        });
        let contradiction = match (&q, max_stock, sort) {
            (None, _, Sort::Catalogue(ProductSort::Relevance)) => Some("must not be relevance without q"),
            (None, Some(_), Sort::Catalogue(_)) => Some("must be stock with max_stock and without q"),
            (Some(_), _, Sort::Stock) => Some("must not be stock with q"),
            _ => None,
        };
        if let Some(message) = contradiction {
            return Err(error("sort", "invalid_choice", message));
        }
        let activity = match is_active {
            None => Activity::Any,
            Some(true) => Activity::Active,
            Some(false) => Activity::Inactive,
        };
        let filter = ProductFilter { activity, category: Values::of(category), max_stock, ..ProductFilter::default() };
        Ok(Self { filter, q, sort, limit, cursor })
    }
}

/// Lists all products
///
/// The list also contains products that are not for sale, with their stock. All filters can be combined.
#[utoipa::path(
    get,
    path = "/api/v1/admin/products",
    tag = "products",
    params(Parameters),
    responses((status = 200, description = "A page of products", body = List<AdminProductSummary>))
)]
pub(crate) async fn list_all_products(
    State(shop): State<AppState>,
    _: Admin,
    Query(ListAllProducts { filter, q, sort, limit, cursor }): Query<ListAllProducts>,
) -> Result<Json<List<AdminProductSummary>>> {
    let paging = Paging::new(shop.cursors()?, "all products", &(&filter, &q, sort), limit);
    let show = |product: ProductSummaryDoc| Ok(AdminProductSummary::of(product, shop.config.currency));
    let Sort::Catalogue(sort) = sort else {
        let after: Option<StockPosition> = paging.start(cursor)?;
        let listed = shop.products.list_by_stock(&filter, after.as_ref(), paging.rows()).await?;
        return Ok(Json(paging.page(listed, StockPosition::of, show)?));
    };
    let after: Option<ProductPosition> = paging.start(cursor)?;
    let listed = match &q {
        None => shop.products.list(&filter, sort, after.as_ref(), paging.rows()).await?,
        Some(text) => search(&shop, text, &filter, sort, after.as_ref(), paging.rows()).await?,
    };
    let show = |listed: ProductListEntry| show(listed.product);
    Ok(Json(paging.page(listed, |last: &ProductListEntry| last.position.clone(), show)?))
}
