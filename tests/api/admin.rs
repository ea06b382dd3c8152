//! What those who run the shop do.

mod cancel_order;
mod change_role;
mod get_any_order;
mod get_stats;
mod list_all_orders;
mod list_users;
mod move_order;
pub(crate) mod refund_order;

use ferrocart_tests::TestShop;

/// What administrators alone may do.
const CALLS: [(&str, &str); 7] = [
    ("GET", "/admin/orders"),
    ("GET", "/admin/orders/6740a1b2c3d4e5f601234567"),
    ("PUT", "/admin/orders/6740a1b2c3d4e5f601234567"),
    ("POST", "/admin/orders/6740a1b2c3d4e5f601234567/refunds"),
    ("GET", "/admin/stats"),
    ("GET", "/admin/users"),
    ("PUT", "/admin/users/6740a1b2c3d4e5f601234567"),
];

#[tokio::test]
async fn a_demoted_administrator_may_do_nothing_from_that_moment_on() {
    let shop = TestShop::open().await;
    let (admin, ada) = (shop.admin().await, shop.customer("ada").await);
    admin.get("/admin/orders").await.expect(200);
    let users = shop.database().collection::<mongodb::bson::Document>("users");
    let demotion = mongodb::bson::doc! { "$set": { "role": "customer" } };
    users.update_one(mongodb::bson::doc! { "email": "admin@example.com" }, demotion).await.expect("a demotion");
    for (method, path) in CALLS {
        let method: axum::http::Method = method.parse().expect("a method");
        shop.visitor().send(method.clone(), path, None).await.expect(401);
        let customers = ada.send(method.clone(), path, None).await.expect(403);
        let demoted = admin.send(method, path, None).await.expect(403);
        assert_eq!(customers.shown(), demoted.shown(), "{path}");
    }
    users.delete_one(mongodb::bson::doc! { "email": "admin@example.com" }).await.expect("nobody");
    admin.get("/admin/orders").await.expect(401);
}

#[tokio::test]
async fn no_other_spelling_of_a_path_lets_a_customer_in() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let override_method =
        ada.with_header("x-http-method-override", "PUT").with_header("x-original-url", "/api/v1/cart");
    for path in [
        "/Admin/orders",
        "/ADMIN/stats",
        "/admin/orders/",
        "//admin/orders",
        "/admin//orders",
        "/admin%2forders",
        "/%61dmin/orders",
        "/cart/../admin/orders",
        "/cart/%2e%2e/admin/orders",
        "/admin/./orders",
        "/admin/orders;.json",
        "/admin/stats?role=admin",
    ] {
        for client in [&ada, &override_method] {
            let answer = client.get(path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
    }
}
