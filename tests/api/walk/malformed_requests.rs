//! Requests and files that the shop cannot use, and one that it can.

use super::Walk;
use axum::http::Method;
use ferrocart_tests::{Client, TestShop};
use serde_json::Value;

pub(super) async fn malformed_requests(walk: &mut Walk, shop: &TestShop, admin: &Client) {
    walk.call(shop.visitor(), "GET", "/nothing", Value::Null, 404).await;
    walk.call(admin, "GET", "/admin/orders?limit=0&email=invalid", Value::Null, 400).await;
    let file = "name,category,base_price,sku\nMug,Mugs,9.50,MUG-W\nCup,Mugs,\"8,50\",CUP-W\n";
    let answer = admin.post_file("/admin/imports?dry_run=true", "text/csv", file).await.expect(200);
    walk.record(Method::POST, "/admin/imports", None, answer);
    let semicolons = "name;category;base_price;sku\nMug;Mugs;9.50;MUG\n";
    let answer = admin.post_file("/admin/imports", "text/csv", semicolons).await.expect(422);
    walk.record(Method::POST, "/admin/imports", None, answer);
}
