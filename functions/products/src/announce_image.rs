//! `POST /products/{id}/images`: announces an image, the first step of an upload.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::domain::image::{ImageKind, ImageLength};
use ferrocart::domain::product::MAX_IMAGES;
use ferrocart::domain::time::Timestamp;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::Admin;
use ferrocart::http::{Json, Path};
use ferrocart::media::{PresignedUpload, UPLOAD_LIFETIME};
use ferrocart::{AppState, Error, Result, from_fields};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The image to upload.
#[derive(Debug, ToSchema)]
pub(crate) struct AnnounceImage {
    content_type: ImageKind,
    content_length: ImageLength,
}

from_fields!(AnnounceImage { content_type, content_length });

/// An announced image and the request that uploads it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnouncedImage {
    /// The id of the image.
    image_id: ImageId,
    upload: UploadView,
}

/// The request that uploads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
struct UploadView {
    #[schema(example = "PUT")]
    method: &'static str,
    /// The URL. It authorizes the upload.
    #[schema(format = "uri")]
    url: String,
    /// The required headers. No other `x-amz-` header is allowed. Browsers set `content-length` themselves.
    #[schema(value_type = std::collections::BTreeMap<String, String>, example = json!({ "content-type": "image/png", "content-length": "68" }))]
    headers: BTreeMap<&'static str, String>,
    /// When the URL expires.
    expires_at: Timestamp,
}

/// Announces an image of a product
///
/// Returns the request that uploads the image to the storage. Content type and length are signed. After the upload,
/// `POST /products/{id}/images/{image_id}/complete` adds the image to the product.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/images",
    tag = "products",
    params(("id" = ProductId, Path, description = "The product")),
    request_body = AnnounceImage,
    responses(
        (status = 201, description = "The announced image and its upload request", body = AnnouncedImage),
        (status = 409, description = "`images_disabled`: the shop has no image bucket"),
    )
)]
pub(crate) async fn announce_image(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    Json(AnnounceImage { content_type, content_length }): Json<AnnounceImage>,
) -> Result<(StatusCode, Json<AnnouncedImage>)> {
    let product = shop.products.get(id).await?.ok_or(Error::NotFound)?;
    if product.images.len() >= MAX_IMAGES {
        return Err(too_many());
    }
    let image = ImageId::announcing(random()?, content_type, content_length);
    let now = shop.now();
    let PresignedUpload { url, headers } =
        shop.images()?.presign_upload(id, image, content_type, content_length, now).await?;
    let upload = UploadView { method: "PUT", url, headers: headers.into(), expires_at: now.plus(UPLOAD_LIFETIME) };
    Ok((StatusCode::CREATED, Json(AnnouncedImage { image_id: image, upload })))
}

/// The error for a product with the maximum number of images.
pub(crate) fn too_many() -> Error {
    Error::field("", ValidationError::new("too_many", format!("a product has at most {MAX_IMAGES} images")))
}

/// Unpredictable bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Error::System("no random numbers available")),
    }
}
