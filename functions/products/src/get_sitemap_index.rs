//! `GET /products/sitemap.xml`: returns the index of the sitemaps.

use crate::xml::{write_declaration, write_text, write_xml, xml_response};
use axum::extract::State;
use axum::response::Response;
use ferrocart::http::{BaseUrl, IfNoneMatch};
use ferrocart::{AppState, Error, Result};

/// The XML namespace of sitemaps and their index.
pub(crate) const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The number of products of a sitemap. It is a tenth of what <https://www.sitemaps.org/protocol.html> permits, so that a
/// sitemap with the longest URLs does not exceed the 6 MB of a Lambda response.
pub(crate) const PAGE_LENGTH: u32 = 5_000;

/// Returns the index of the sitemaps of all active products
///
/// Search engines find it by a line in the storefront's `robots.txt`: `Sitemap:` and this URL. Without the URL of the storefront
/// there is none.
#[utoipa::path(
    get,
    path = "/api/v1/products/sitemap.xml",
    tag = "products",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached index")),
    responses(
        (status = 200, description = "The index", body = String, content_type = "application/xml", headers(
            ("ETag" = String, description = "Identifies the version of the index"),
            ("Cache-Control" = String, description = "How long the index may be cached"),
        )),
        (status = 304, description = "The cached index is current"),
        (status = 404, description = "`not_found`: the URL of the storefront is not configured"),
    )
)]
pub(crate) async fn get_sitemap_index(
    State(shop): State<AppState>,
    known: IfNoneMatch,
    base: BaseUrl,
) -> Result<Response> {
    if shop.config.product_url.is_none() {
        return Err(Error::NoStorefront);
    }
    let pages = shop.products.export_pages(PAGE_LENGTH).await?;
    let index = write_xml(|writer| {
        write_declaration(writer)?;
        let index = writer.create_element("sitemapindex").with_attribute(("xmlns", NAMESPACE));
        index
            .write_inner_content(|writer| {
                for start in pages {
                    let url = base.join(&format!("/products/sitemap/{start}"));
                    let sitemap = writer.create_element("sitemap");
                    sitemap.write_inner_content(|writer| write_text(writer, "loc", &url))?;
                }
                Ok(())
            })
            .map(drop)
    })?;
    Ok(xml_response(index, &known))
}
