//! `POST /auth/register`

use ferrocart_tests::TestShop;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn a_visitor_opens_an_account_and_a_session() {
    let shop = TestShop::open().await;
    let answer = shop
        .visitor()
        .post("/auth/register", json!({ "name": " Ada ", "email": " Ada@Example.com ", "password": "correct horse" }))
        .await;
    assert_snapshot!(answer.shown());
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let shop = TestShop::open().await;
    let bad = json!({ "name": "", "email": "ada", "password": "short", "role": "admin" });
    assert_snapshot!(shop.visitor().post("/auth/register", bad).await.shown());
}
