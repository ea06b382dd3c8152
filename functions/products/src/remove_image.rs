//! `DELETE /products/{id}/images/{image_id}`: removes an image.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::http::Admin;
use ferrocart::http::PathPair;
use ferrocart::media::path_marker;
use ferrocart::{AppState, Error, Result};

/// Removes an image of a product
///
/// It is removed from the product first and then from the storage, so that no product shows a missing image. If the storage
/// does not respond, repeating the request completes the removal.
#[utoipa::path(
    delete,
    path = "/api/v1/products/{id}/images/{image_id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("image_id" = ImageId, Path, description = "The image"),
    ),
    responses(
        (status = 204, description = "The image is removed"),
        (status = 409, description = "`images_disabled`: the shop has no image bucket"),
    )
)]
pub(crate) async fn remove_image(
    State(shop): State<AppState>,
    _: Admin,
    PathPair(id, image): PathPair<ProductId, ImageId>,
) -> Result<StatusCode> {
    let images = shop.images()?;
    let discarded = shop.products.discard_image(id, &path_marker(id, image), shop.now()).await?;
    if discarded.is_empty() {
        return Err(Error::NotFound);
    }
    for url in discarded {
        images.delete_published(id, image, &url).await?;
        shop.products.remove_discarded_image(id, &url).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
