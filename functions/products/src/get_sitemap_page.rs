//! `GET /products/sitemap/{start}`: returns one of the sitemaps.

use crate::get_sitemap_index::{NAMESPACE, PAGE_LENGTH};
use crate::xml::{write_declaration, write_text, write_xml, xml_response};
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::ExportPosition;
use ferrocart::http::{IfNoneMatch, Path};
use ferrocart::{AppState, Error, Result};

/// Returns a sitemap
///
/// The sitemap has the URLs of up to 5,000 active products, each with the time of its last change. The index has the URLs of
/// all sitemaps.
#[utoipa::path(
    get,
    path = "/api/v1/products/sitemap/{start}",
    tag = "products",
    params(
        ("start" = String, Path, description = "The position after which the sitemap starts", example = "0-000000000000000000000000"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached sitemap"),
    ),
    responses(
        (status = 200, description = "The sitemap", body = String, content_type = "application/xml", headers(
            ("ETag" = String, description = "Identifies the version of the sitemap"),
            ("Cache-Control" = String, description = "How long the sitemap may be cached"),
        )),
        (status = 304, description = "The cached sitemap is current"),
        (status = 404, description = "`not_found`: the URL of the storefront is not configured, or there is no such position"),
    )
)]
pub(crate) async fn get_sitemap_page(
    State(shop): State<AppState>,
    known: IfNoneMatch,
    Path(start): Path<ExportPosition>,
) -> Result<Response> {
    let product_url = shop.config.product_url.as_ref().ok_or(Error::NoStorefront)?;
    let entries = shop.products.sitemap_page(start, PAGE_LENGTH).await?;
    let sitemap = write_xml(|writer| {
        write_declaration(writer)?;
        let urls = writer.create_element("urlset").with_attribute(("xmlns", NAMESPACE));
        urls.write_inner_content(|writer| {
            for entry in entries {
                writer.create_element("url").write_inner_content(|writer| {
                    write_text(writer, "loc", &product_url.of(&entry.slug()))?;
                    write_text(writer, "lastmod", &entry.updated_at.to_string())
                })?;
            }
            Ok(())
        })
        .map(drop)
    })?;
    Ok(xml_response(sitemap, &known))
}
