//! `PUT /admin/users/{id}`

use crate::orders::buyers::count;
use ferrocart_tests::TestShop;
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::json;

#[tokio::test]
async fn a_new_role_applies_immediately_and_ends_all_sessions() {
    let shop = TestShop::open().await;
    let (admin, ada) = (shop.admin().await, shop.customer("ada").await);
    let path = format!("/admin/users/{}", shop.user_id("ada@example.com").await);
    let promoted = admin.put(&path, json!({ "role": "admin" })).await.expect(200);
    assert_eq!((promoted.at("/role"), promoted.at("/email")), (&json!("admin"), &json!("ada@example.com")));
    ada.get("/cart").await.expect(401);
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/login", login).await.expect(200);
    let ada = shop.visitor().with_token(&session.text("/access_token"));
    ada.get("/admin/users").await.expect(200);
    // Setting the same role changes nothing.
    admin.put(&path, json!({ "role": "admin" })).await.expect(200);
    ada.get("/admin/users").await.expect(200);
    admin.put(&path, json!({ "role": "customer" })).await.expect(200);
    assert_eq!(ada.get("/admin/users").await.expect(403).at("/code"), "forbidden");
    ada.get("/cart").await.expect(401);
    let token = json!({ "refresh_token": session.text("/refresh_token") });
    shop.visitor().post("/auth/refresh", token).await.expect(401);
}

#[tokio::test]
async fn an_invalid_role_or_an_unknown_user_changes_nothing() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let path = format!("/admin/users/{}", shop.user_id("ada@example.com").await);
    for bad in [json!("owner"), json!("Admin"), json!(""), json!(null), json!(1), json!(["admin"]), json!({ "$ne": 1 })]
    {
        let rejected = admin.put(&path, json!({ "role": bad })).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), "/role");
    }
    for bad in [json!({}), json!({ "role": "admin", "name": "Eve" })] {
        admin.put(&path, bad).await.expect(422);
    }
    admin.put("/admin/users/6740a1b2c3d4e5f601234567", json!({ "role": "admin" })).await.expect(404);
    admin.put("/admin/users/me", json!({ "role": "admin" })).await.expect(404);
    assert_eq!(count(&shop, "users", doc! { "role": "admin" }).await, 1);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_demoted() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let path = format!("/admin/users/{}", shop.user_id("admin@example.com").await);
    assert_eq!(admin.put(&path, json!({ "role": "customer" })).await.expect(409).at("/code"), "last_admin");
    admin.get("/admin/users").await.expect(200);
    shop.second_admin().await;
    admin.put(&path, json!({ "role": "customer" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_who_demote_each_other_at_once_leave_one() {
    for _ in 0..5 {
        let shop = TestShop::open().await;
        let (one, two) = (shop.admin().await, shop.second_admin().await);
        let path_one = format!("/admin/users/{}", shop.user_id("admin@example.com").await);
        let path_two = format!("/admin/users/{}", shop.user_id("second@example.com").await);
        let demote = |admin: ferrocart_tests::Client, path: String| {
            tokio::spawn(async move { admin.put(&path, json!({ "role": "customer" })).await })
        };
        let answers = join_all([demote(one, path_two), demote(two, path_one)]).await;
        let done = answers.iter().filter(|answer| answer.as_ref().is_ok_and(|answer| answer.status == 200)).count();
        assert_eq!(done, 1, "{answers:?}");
        assert_eq!(count(&shop, "users", doc! { "role": "admin" }).await, 1);
    }
}
