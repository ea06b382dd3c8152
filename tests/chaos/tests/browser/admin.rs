//! The pages of administrators.

use crate::program::{assert_passes, open_shared};

async fn administer(scenario: &str) {
    assert_passes(&mut open_shared().await, "apps/main.js", scenario).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_ships_an_order() {
    administer("admin-ships").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_refunds_in_parts_and_restocks() {
    administer("admin-refunds").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_conflict_loses_neither_change() {
    administer("admin-meets-edit-conflict").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_uploads_an_image() {
    administer("admin-uploads-image").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_imports_products_after_a_dry_run() {
    administer("admin-imports-products").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_finds_an_inactive_product() {
    administer("admin-finds-inactive-product").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sees_no_admin_page() {
    administer("customer-opens-admin-pages").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admin_pages_show_markup_as_text() {
    administer("admin-pages-show-markup-as-text").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admin_pages_are_accessible() {
    administer("admin-pages-are-accessible").await;
}
