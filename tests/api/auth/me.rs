//! `GET` and `PATCH /auth/me`

use ferrocart_tests::TestShop;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn users_see_their_own_account() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    shop.customer("bob").await;
    assert_snapshot!(ada.get("/auth/me").await.shown());
    shop.visitor().get("/auth/me").await.expect(401);
}

#[tokio::test]
async fn users_can_change_their_name_and_nothing_else() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let before = ada.get("/auth/me").await.expect(200);
    for (name, value) in [
        ("role", json!("admin")),
        ("email", json!("eve@example.com")),
        ("is_admin", json!(true)),
        ("_id", json!("6740a1b2c3d4e5f601234567")),
        ("password_hash", json!("x")),
        ("addresses", json!([])),
        ("$set", json!({ "role": "admin" })),
    ] {
        let rejected = ada.patch("/auth/me", json!({ "name": "Eve", name: value })).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), &json!(format!("/{name}")));
    }
    for bad in
        [json!({}), json!({ "name": null }), json!({ "name": "" }), json!({ "name": "a\u{0}b" }), json!({ "name": 7 })]
    {
        ada.patch("/auth/me", bad).await.expect(422);
    }
    assert_eq!(ada.get("/auth/me").await.expect(200).body, before.body);
    let renamed = ada.patch("/auth/me", json!({ "name": "  Ada  Lovelace " })).await.expect(200);
    assert_eq!(renamed.at("/name"), "Ada  Lovelace");
    assert_eq!(ada.get("/auth/me").await.expect(200).body, renamed.body);
    assert_eq!(renamed.at("/email"), before.at("/email"));
}
