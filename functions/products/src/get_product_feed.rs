//! `GET /products/feed.xml`: returns the product feed.

mod item;

use crate::xml::{write_declaration, write_text, write_xml, xml_response};
use axum::extract::State;
use axum::response::Response;
use ferrocart::db::products::ExportPosition;
use ferrocart::domain::storefront::ProductUrl;
use ferrocart::http::{BaseUrl, IfNoneMatch, Query};
use ferrocart::{AppState, Error, Result, from_parameters};
use item::write_items;

/// The namespaces of Google's elements, and of the links between pages (RFC 5005).
const GOOGLE: &str = "http://base.google.com/ns/1.0";
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// The maximum number of bytes of the items of a page. A Lambda response has at most 6 MB; that of one which API Gateway
/// encodes in base64 is a third longer.
const MAX_BYTES: usize = 4_000_000;
/// The maximum number of products of a page.
const MAX_PRODUCTS: usize = 5_000;
/// The number of products that are read at once.
const BATCH: u32 = 250;

/// The page.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GetProductFeed {
    /// The position after which the page starts, from the link `next` of the previous page.
    #[param(value_type = Option<String>, example = "0-000000000000000000000000")]
    start: Option<ExportPosition>,
}

from_parameters!(GetProductFeed { start });

/// Returns the product feed
///
/// The feed has an item for each variant of each active product, in the format of Google Merchant Center (RSS 2.0). A feed of
/// more than 4 MB or 5,000 products has several pages: `atom:link` with `rel="next"` leads to the next one.
#[utoipa::path(
    get,
    path = "/api/v1/products/feed.xml",
    tag = "products",
    params(
        GetProductFeed,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached page"),
    ),
    responses(
        (status = 200, description = "A page of the feed", body = String, content_type = "application/xml", headers(
            ("ETag" = String, description = "Identifies the version of the page"),
            ("Cache-Control" = String, description = "How long the page may be cached"),
        )),
        (status = 304, description = "The cached page is current"),
        (status = 404, description = "`not_found`: the URL of the storefront is not configured"),
    )
)]
pub(crate) async fn get_product_feed(
    State(shop): State<AppState>,
    known: IfNoneMatch,
    base: BaseUrl,
    Query(GetProductFeed { start }): Query<GetProductFeed>,
) -> Result<Response> {
    let product_url = shop.config.product_url.as_ref().ok_or(Error::NoStorefront)?;
    let page = Page::read(&shop, product_url, start.unwrap_or(ExportPosition::START)).await?;
    let next = page.next.map(|next| base.join(&format!("/products/feed.xml?start={next}")));
    let feed = write_xml(|writer| {
        write_declaration(writer)?;
        let rss = writer.create_element("rss").with_attributes([
            ("version", "2.0"),
            ("xmlns:g", GOOGLE),
            ("xmlns:atom", ATOM),
        ]);
        rss.write_inner_content(|writer| {
            let channel = writer.create_element("channel");
            channel
                .write_inner_content(|writer| {
                    write_text(writer, "title", product_url.origin())?;
                    write_text(writer, "link", product_url.origin())?;
                    write_text(writer, "description", "All products")?;
                    if let Some(next) = &next {
                        let link = writer.create_element("atom:link");
                        link.with_attributes([("rel", "next"), ("href", next.as_str())]).write_empty()?;
                    }
                    writer.get_mut().extend(page.items);
                    Ok(())
                })
                .map(drop)
        })
        .map(drop)
    })?;
    Ok(xml_response(feed, &known))
}

/// The items of a page.
struct Page {
    items: Vec<u8>,
    /// The position after which the next page starts, if there is one.
    next: Option<ExportPosition>,
}

impl Page {
    async fn read(shop: &AppState, product_url: &ProductUrl, mut position: ExportPosition) -> Result<Self> {
        let (mut items, mut products) = (Vec::new(), 0_usize);
        loop {
            let batch = shop.products.export_page(position, BATCH).await?;
            let is_last = u32::try_from(batch.len()).is_ok_and(|length| length < BATCH);
            for product in batch {
                let of_product = write_xml(|writer| write_items(writer, &product, product_url, shop.config.currency))?;
                let length = items.len().saturating_add(of_product.len());
                // The items of one product are shorter than a page.
                if !items.is_empty() && length > MAX_BYTES || products >= MAX_PRODUCTS {
                    return Ok(Self { items, next: Some(position) });
                }
                items.extend(of_product);
                products = products.saturating_add(1);
                position = ExportPosition::of(&product);
            }
            if is_last {
                return Ok(Self { items, next: None });
            }
        }
    }
}
