//! `DELETE /products/{id}/images/{image_id}`: a picture that is shown no more.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::http::Admin;
use ferrocart::http::PathPair;
use ferrocart::media::mark;
use ferrocart::{AppState, Error, Result};

/// Removes a picture of a product
///
/// First from the product, then from the storage, so that no product shows what is not there. When the
/// storage does not answer, the same request again goes on where this one has ended.
#[utoipa::path(
    delete,
    path = "/api/v1/products/{id}/images/{image_id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("image_id" = ImageId, Path, description = "The picture"),
    ),
    responses((status = 204, description = "The picture is gone"))
)]
pub(crate) async fn remove_image(
    State(shop): State<AppState>,
    _: Admin,
    PathPair(id, image): PathPair<ProductId, ImageId>,
) -> Result<StatusCode> {
    let images = shop.images()?;
    let discarded = shop.products.discard_image(id, &mark(id, image), shop.now()).await?;
    if discarded.is_empty() {
        return Err(Error::NotFound);
    }
    for url in discarded {
        images.delete_kept(id, image, &url).await?;
        shop.products.forget_image(id, &url).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
