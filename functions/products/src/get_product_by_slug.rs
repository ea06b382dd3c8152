//! `GET /products/by-slug/{slug}`: returns a product by its name in URLs.

use crate::MAX_AGE;
use crate::view::ProductView;
use axum::extract::State;
use axum::response::Response;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::slug::Slug;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::MaybeAdmin;
use ferrocart::http::{Cacheable, IfNoneMatch, Path, permanent_redirect};
use ferrocart::{AppState, Error, Result};

/// Returns a product by its slug
///
/// The response to a former slug redirects to the current one, and so does that to an id. Only administrators can see a
/// product that is not for sale.
#[utoipa::path(
    get,
    path = "/api/v1/products/by-slug/{slug}",
    tag = "products",
    params(
        ("slug" = Slug, Path, description = "The slug of the product"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached product"),
    ),
    responses(
        (status = 200, description = "The product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
            ("Cache-Control" = String, description = "How long the product may be cached"),
        )),
        (status = 304, description = "The cached product is current"),
        (status = 308, description = "The product has another slug now", headers(
            ("Location" = String, description = "The path with the current slug"),
            ("Cache-Control" = String, description = "How long the redirect may be cached"),
            ("Vary" = String, description = "The request headers that the response depends on"),
        )),
    )
)]
pub(crate) async fn get_product_by_slug(
    State(shop): State<AppState>,
    asking: MaybeAdmin,
    known: IfNoneMatch,
    Path(name): Path<SlugOrId>,
) -> Result<Response> {
    let product = match &name {
        SlugOrId::Slug(slug) => shop.products.by_slug(slug).await?,
        SlugOrId::Id(id) => shop.products.get(*id).await?,
    };
    let product = product.filter(|product| product.is_active || asking.is_admin()).ok_or(Error::NotFound)?;
    let max_age = (!asking.is_admin()).then_some(MAX_AGE);
    if !name.is_current(&product.slug()) {
        return Ok(permanent_redirect(&format!("/api/v1/products/by-slug/{}", product.slug()), max_age));
    }
    let product = ProductView::of(product, shop.config.currency)?;
    let answer = Cacheable::json(&product)?.version(product.version);
    Ok(max_age.into_iter().fold(answer, Cacheable::max_age).into_response_for(&known))
}

/// A slug, or the id of a product, which is the slug of one that has none yet.
#[derive(Debug)]
pub(crate) enum SlugOrId {
    Slug(Slug),
    Id(ProductId),
}

impl SlugOrId {
    fn is_current(&self, current: &Slug) -> bool {
        match self {
            Self::Slug(slug) => slug == current,
            Self::Id(id) => Slug::of_id(*id) == *current,
        }
    }
}

impl std::str::FromStr for SlugOrId {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Slug))
    }
}
