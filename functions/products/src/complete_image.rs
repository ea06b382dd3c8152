//! `POST /products/{id}/images/{image_id}/complete`: inspects an upload and publishes it.

use crate::announce_image::{random, too_many};
use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::db::products::{ImageAddition, ProductDoc};
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::domain::image::{ImageKind, ImageLength};
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::Admin;
use ferrocart::http::{Json, PathPair, version_tag};
use ferrocart::media::{ImageStore, UploadHead, path_marker};
use ferrocart::{AppState, Error, Result};

/// Adds an uploaded image to a product
///
/// It becomes the last of `images`, with its width and height in `image_details`. An upload whose size or first bytes
/// differ from the announcement is deleted. Repeating the request has no further effect.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/images/{image_id}/complete",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("image_id" = ImageId, Path, description = "The id of the announced image"),
    ),
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 409, description = "`upload_changed`: the upload was replaced while it was inspected; `images_disabled`: the shop has no image bucket"),
        (status = 422, description = "`validation_failed`: the upload differs from the announcement and was deleted, or the product has 20 images"),
    )
)]
pub(crate) async fn complete_image(
    State(shop): State<AppState>,
    _: Admin,
    PathPair(id, image): PathPair<ProductId, ImageId>,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    let (kind, length) = image.announced().ok_or(Error::NotFound)?;
    let product = match completed(&shop, id, image).await? {
        Some(product) => product,
        None => complete(&shop, id, image, kind, length).await?,
    };
    Ok(([version_tag(product.version)], Json(ProductView::of(product, shop.config.currency)?)))
}

/// Returns the product if it has the image already.
async fn completed(shop: &AppState, id: ProductId, image: ImageId) -> Result<Option<ProductDoc>> {
    let product = shop.products.get(id).await?.ok_or(Error::NotFound)?;
    let marker = path_marker(id, image);
    Ok(product.images.iter().any(|url| url.contains(&marker)).then_some(product))
}

/// Publishes the inspected upload.
///
/// The upload can be overwritten until its URL expires. Therefore exactly the inspected version is copied to a location
/// where clients cannot write. Each attempt copies to a location of its own, so that a late one can delete its copy without
/// affecting another.
async fn complete(
    shop: &AppState,
    id: ProductId,
    image: ImageId,
    kind: ImageKind,
    length: ImageLength,
) -> Result<ProductDoc> {
    let images = shop.images()?;
    let Some(upload) = images.inspect(id, image).await? else {
        // A concurrent request may have completed it and removed the upload.
        return completed(shop, id, image).await?.ok_or(Error::NotFound);
    };
    if !is_announced(&upload, kind, length) {
        images.delete_upload(id, image).await?;
        let message = "the upload differs from the announcement and was deleted";
        return Err(Error::field("", ValidationError::new("not_as_announced", message)));
    }
    let name = hex::encode(random::<12>()?);
    let Some(url) = images.publish(id, image, kind, &upload, &name).await? else {
        return completed(shop, id, image).await?.ok_or(Error::UploadChanged);
    };
    let added = shop.products.add_image(id, &path_marker(id, image), &url, upload.dimensions, shop.now()).await?;
    let outcome = match added {
        ImageAddition::Added(product) => {
            clear_up(images.delete_upload(id, image).await);
            return Ok(product);
        }
        ImageAddition::AlreadyPresent(product) => Ok(product),
        ImageAddition::LimitReached => Err(too_many()),
        ImageAddition::UnknownProduct => Err(Error::NotFound),
    };
    discard_copy(images, id, image, &url).await;
    outcome
}

fn is_announced(upload: &UploadHead, kind: ImageKind, length: ImageLength) -> bool {
    upload.size == u64::from(length.get())
        && upload.content_type == kind.as_str()
        && kind.matches_signature(&upload.first_bytes, length)
}

async fn discard_copy(images: &ImageStore, id: ProductId, image: ImageId, url: &str) {
    clear_up(images.delete_published(id, image, url).await);
}

/// A leftover object is never shown, so a failure to delete it does not fail the request.
fn clear_up(outcome: Result<(), ferrocart::media::MediaError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "an unused object remains in the bucket");
    }
}
