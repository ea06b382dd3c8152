//! `GET /admin/users`

use ferrocart_tests::TestShop;
use insta::assert_snapshot;

#[tokio::test]
async fn users_are_listed_latest_first() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    assert_snapshot!(admin.get("/admin/users").await.shown());
}

#[tokio::test]
async fn users_are_filtered_and_paginated() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for name in ["ada", "bob", "eve"] {
        shop.customer(name).await;
    }
    let names = |query: &str| {
        let (admin, path) = (admin.clone(), format!("/admin/users{query}"));
        async move {
            let page = admin.get(&path).await.expect(200);
            let items = page.at("/items").as_array().expect("items").clone();
            let names: Vec<String> =
                items.iter().map(|item| item["name"].as_str().unwrap_or_default().into()).collect();
            (names.join(" "), page.at("/next_cursor").as_str().unwrap_or_default().to_owned())
        }
    };
    assert_eq!(names("?role=admin").await.0, "Admin");
    assert_eq!(names("?role=customer").await.0, "eve bob ada");
    assert_eq!(names("?email=BOB@example.com").await.0, "bob");
    assert_eq!(names("?email=bob@example.com&role=admin").await.0, "");
    assert_eq!(names("?email=unknown@example.com").await.0, "");
    let (first, cursor) = names("?limit=3").await;
    assert_eq!(first, "eve bob ada");
    assert_eq!(names(&format!("?limit=3&cursor={cursor}")).await, ("Admin".to_owned(), String::new()));
    let rejected = admin.get(&format!("/admin/users?role=customer&cursor={cursor}")).await.expect(400);
    assert_eq!(rejected.at("/code"), "invalid_cursor");
    for bad in ["?role=owner", "?role[$ne]=x", "?email=invalid", "?limit=0", "?name=ada", "?role=admin&role=customer"] {
        admin.get(&format!("/admin/users{bad}")).await.expect(400);
    }
}
