//! The catalogue: public lists and products, and their administration.

mod adjust_stock;
mod announce_image;
mod complete_image;
mod conflict;
mod count_facets;
mod create_product;
mod deactivate_product;
mod get_product;
mod get_product_by_slug;
mod get_product_feed;
mod get_sitemap_index;
mod get_sitemap_page;
mod list_all_products;
mod list_categories;
mod list_products;
mod patch;
mod patch_product;
mod patch_schema;
mod patch_variant;
mod remove_image;
mod replace_product;
mod returned_product;
mod values;
mod view;
mod xml;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;
use std::time::Duration;

/// How long caches may serve the catalogue without revalidating it. Carts and checkout read products themselves, so nothing
/// is sold at an outdated price.
const MAX_AGE: Duration = Duration::from_secs(30);

/// The same for sitemap and product feed, which take longer to make, and which machines read.
const EXPORT_MAX_AGE: Duration = Duration::from_hours(1);

/// The endpoints under `/api/v1/products`, and the list of administrators.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        list_products::list_products,
        list_all_products::list_all_products,
        create_product::create_product,
        list_categories::list_categories,
        count_facets::count_facets,
        get_product::get_product,
        get_product_by_slug::get_product_by_slug,
        get_sitemap_index::get_sitemap_index,
        get_sitemap_page::get_sitemap_page,
        get_product_feed::get_product_feed,
        replace_product::replace_product,
        patch_product::patch_product,
        patch_variant::patch_variant,
        deactivate_product::deactivate_product,
        adjust_stock::adjust_stock,
        announce_image::announce_image,
        complete_image::complete_image,
        remove_image::remove_image,
    ]
    .compressed()
}
