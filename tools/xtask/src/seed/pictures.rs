//! The pictures of the demo products. They are drawn here, so the demo shop needs neither the internet nor the permission of a
//! photographer, and stored where the shop publishes uploaded images.

mod drawing;
mod shapes;

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::aws::{AwsRequest, sign_request};
use ferrocart::config::ImagesConfig;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::domain::image::{ImageKind, ImageLength};
use ferrocart::domain::image_details::{ImageDetails, Pixels};
use ferrocart::media::path_marker;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::{Client, Method};

use self::drawing::{Drawing, SIDE, View};
use super::random::hash;
use crate::terminal::print_status;

/// The number of pictures that are drawn or uploaded at a time.
const CONCURRENCY: usize = 8;

/// A picture in the bucket.
struct Stored {
    /// The position of its product.
    product: usize,
    details: ImageDetails,
}

/// Draws the pictures of all products, stores them in the bucket, and adds their URLs to the products.
pub(super) async fn add(products: &mut [ProductDoc], images: &ImagesConfig) -> Result<()> {
    print_status("drawing the pictures of the demo products");
    let http = Client::new();
    let drawings = products.iter().enumerate().flat_map(|(position, product)| {
        let drawing = |view| (position, product.id, product.name.to_string(), Drawing::of(product, view));
        View::ALL.map(drawing)
    });
    let drawings: Vec<_> = drawings.collect();
    let stored = stream::iter(drawings).map(|(product, id, name, drawing)| {
        let http = &http;
        async move {
            let view = drawing.view;
            let png = tokio::task::spawn_blocking(move || drawing.png()).await??;
            let url = store(http, images, id, view, &png).await?;
            let (side, alt) = (Some(Pixels::try_from(i64::from(SIDE))?), Some(format!("{name}, {view}").parse()?));
            anyhow::Ok(Stored { product, details: ImageDetails { url, alt, width: side, height: side } })
        }
    });
    // In the order of the drawings.
    let stored: Vec<Stored> = stored.buffered(CONCURRENCY).try_collect().await?;
    for Stored { product, details } in stored {
        let product = products.get_mut(product).context("a product")?;
        product.images.push(details.url.clone());
        product.image_details.push(details);
    }
    Ok(())
}

/// Stores a picture under a key that depends only on the product and the view. Returns its URL.
async fn store(http: &Client, images: &ImagesConfig, product: ProductId, view: View, png: &[u8]) -> Result<String> {
    let length = ImageLength::try_from(i64::try_from(png.len())?)?;
    let image = ImageId::announcing(hash(&format!("picture/{product}/{view}")), ImageKind::Png, length);
    let path = format!("{}demo.png", path_marker(product, image));
    let url = format!("{}{path}", images.bucket_url());
    let sha256 = hex::encode(digest(&SHA256, png));
    let headers = [
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-type", ImageKind::Png.as_str()),
        ("x-amz-content-sha256", &sha256),
    ];
    let request = AwsRequest { service: "s3", method: Method::PUT, url: &url, headers: &headers, body: png };
    let request = sign_request(&images.access, request).context("signing the request")?;
    let response = http.execute(request.try_into()?).await.context("storing a picture")?;
    let status = response.status();
    ensure!(status.is_success(), "storing a picture: {status} {}", response.text().await?);
    Ok(format!("{}{path}", images.base_url))
}
