//! Invariant 7: no call of the API scans a whole collection or index, or sorts in memory. MongoDB's profiler records the
//! plan of every operation.

use crate::walk::{PASSWORD, Walk, checkout_request, walk};
use ferrocart::db::orders::Flag;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::product_options::VariantOption;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::json;
use std::time::Duration;

/// The number of documents in each collection that grows with the shop.
const COLLECTION_SIZE: u64 = 300;

/// The most documents that a query may examine: twice those of a full page of 100 products. A scan of a collection examines
/// more. `GET /admin/stats` is exempt.
const MAX_DOCS_EXAMINED: i32 = 200;

/// The time of the first order; the others follow an hour apart.
const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Fills every collection that grows with the shop.
pub(crate) async fn fill(shop: &TestShop) {
    let mut users = Vec::new();
    let mut carts = Vec::new();
    for number in 0..COLLECTION_SIZE {
        let user = ObjectId::new();
        users.push(doc! {
            "_id": user, "name": format!("User {number}"), "email": format!("user{number}@example.com"),
            "password_hash": "$2b$04$", "role": "customer", "credentials_version": 0_i64,
            "created_at": DateTime::now(), "addresses": [],
        });
        carts.push(doc! { "user_id": user, "items": [], "version": 1_i64, "updated_at": DateTime::now() });
    }
    let buyers: Vec<ObjectId> = users.iter().map(|user| user.get_object_id("_id").expect("an id")).collect();
    shop.database().collection::<Document>("users").insert_many(users).await.expect("users");
    shop.database().collection::<Document>("carts").insert_many(carts).await.expect("carts");
    let statuses = OrderStatus::ALL.into_iter().cycle();
    for ((number, status), buyer) in (0..COLLECTION_SIZE).zip(statuses).zip(buyers.iter().take(30).cycle()) {
        let sku = format!("SKU-{number}");
        let mut product = product(&format!("Product {number}"), 100, &[(&sku, 50)]);
        product.category = format!("Category {}", number % 8).parse().expect("a category");
        product.is_active = number % 10 != 0;
        product.tags = vec!["New".parse().expect("a tag")];
        for variant in &mut product.variants {
            variant.options = vec![VariantOption {
                name: "Material".parse().expect("a name"),
                value: "Wool".parse().expect("a value"),
            }];
            variant.color = Some(["Red", "Blue"][usize::from(number % 3 == 0)].parse().expect("a colour"));
        }
        let product = shop.stock(product).await;
        let placed = START.plus(Duration::from_hours(number));
        let mut order = order((*buyer).into(), &product, 1, status, placed);
        order.flags.extend((number % 7 == 0).then_some(Flag::Disputed));
        shop.record(order).await;
    }
}

/// Turns the profiler on, with a collection large enough for a whole test.
pub(crate) async fn start_profiler(shop: &TestShop) {
    let megabytes_64 = 64 * 1024 * 1024;
    shop.database().create_collection("system.profile").capped(true).size(megabytes_64).await.expect("a profile");
    shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
}

/// Turns the profiler off and returns the recorded operations.
pub(crate) async fn stop_profiler(shop: &TestShop) -> Vec<Document> {
    shop.database().run_command(doc! { "profile": 0 }).await.expect("no profiler");
    let profile = shop.database().collection::<Document>("system.profile");
    let mut found = profile.find(doc! { "ns": { "$not": { "$regex": "system.profile$" } } }).await.expect("a profile");
    let mut done = Vec::new();
    while found.advance().await.expect("a profile") {
        done.push(found.deserialize_current().expect("a document"));
    }
    done
}

/// Attempts a checkout under a new key as a customer with 100 orders.
async fn checkout_with_long_history(shop: &TestShop) {
    let ada = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    for number in 0..100 {
        let placed = START.plus(Duration::from_mins(number));
        shop.record(order(ada, &tee, 1, OrderStatus::Delivered, placed)).await;
    }
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let ada = shop.visitor().post("/auth/login", login).await.expect(200).text("/access_token");
    let ada = shop.visitor().with_token(&ada);
    let boots = ada.get("/products?skus=BOOTS").await.expect(200).text("/items/0/id");
    let item = json!({ "product_id": boots, "variant_sku": "BOOTS", "quantity": 1 });
    ada.post("/cart/items", item).await.expect(200);
    ada.with_header("idempotency-key", "new").post("/orders", checkout_request()).await.expect(201);
    let buyer = ada.with_header("idempotency-key", "never-seen");
    assert_eq!(buyer.post("/orders", checkout_request()).await.expect(409).at("/code"), "cart_already_ordered");
}

/// Gets the first two pages of every list under every combination of its filters and sorts.
#[expect(clippy::too_many_lines, reason = "one list after the other")]
async fn list_everything(shop: &TestShop, walked: &Walk) {
    let admin = shop.visitor().clone();
    let login = json!({ "email": "admin@example.com", "password": "correct horse" });
    let admin = admin.with_token(&admin.post("/auth/login", login).await.expect(200).text("/access_token"));
    let number = walked.calls.iter().find_map(|call| call.answer.body.pointer("/order_number")).expect("a number");
    let number = number.as_str().expect("a text").to_owned();
    let user = shop.user_id("user3@example.com").await;
    let (from, to) = (START.plus(Duration::from_hours(20)), START.plus(Duration::from_hours(280)));
    let sorts = ["", "sort=newest", "sort=price_asc", "sort=price_desc", "sort=name", "sort=relevance"];
    let filters: [&[&str]; 5] = [
        &["", "category=Category%203"],
        &["", "q=prod", "q=good%20product", "q=prodcut", "q=product%203"],
        &["", "color=Red", "size=M&in_stock=true"],
        &["", "min_price=0.5&max_price=60"],
        &sorts,
    ];
    for query in combinations(&filters) {
        if query.contains("q=") || !query.contains("relevance") {
            two_pages(&admin, "/products", &query).await;
        }
    }
    for query in combinations(&[
        &sorts,
        &["size=M,L&color=Red,Blue", "category=Category%203,Category%205", "tag=New,Sale", "option=Material:Wool"],
    ]) {
        if !query.contains("relevance") {
            two_pages(&admin, "/products", &query).await;
        }
    }
    for query in combinations(&[
        &["", "category=Category%203", "tag=New"],
        &["", "q=prod", "q=good%20product"],
        &["", "color=Red", "size=M,L", "option=Material:Wool"],
        &["", "min_price=0.5&max_price=60", "in_stock=true"],
    ]) {
        admin.get(&format!("/products/facets?{query}")).await.expect(200);
    }
    let skus = (0..100).map(|number| format!("SKU-{number}")).collect::<Vec<_>>().join(",");
    admin.get(&format!("/products?skus={skus}")).await.expect(200);
    admin.get("/products/by-slug/product-7").await.expect(200);
    two_pages(&admin, "/products", "q=SKU-7").await;
    two_pages(&admin, "/products", "q=nothing").await;
    list_all_products(&admin).await;
    let (user, number) = (format!("user_id={user}"), format!("order_number={number}"));
    let (from, to) = (format!("from={from}"), format!("to={to}"));
    let parts: [&[&str]; 5] =
        [&["", "status=shipped"], &["", &user, "email=user3@example.com"], &["", &number], &["", &from], &["", &to]];
    for query in combinations(&parts) {
        two_pages(&admin, "/admin/orders", &query).await;
    }
    for query in combinations(&[
        &["", "flag=disputed", "flag=refund_failed"],
        &["", "payment_status=succeeded", "payment_status=canceled"],
        &["", "sku=SKU-5"],
        &["", "status=shipped", &user],
    ]) {
        two_pages(&admin, "/admin/orders", &query).await;
        two_pages(&admin, "/admin/orders/summaries", &query).await;
    }
    for query in combinations(&[&["", "role=customer"], &["", "email=user3@example.com"]]) {
        two_pages(&admin, "/admin/users", &query).await;
    }
    two_pages(&admin, "/auth/sessions", "limit=1").await;
    two_pages(&admin, "/admin/stats", &format!("{from}&{to}")).await;
}

/// Gets the list of all products under every combination of its filters and sorts.
async fn list_all_products(admin: &Client) {
    let activities = ["", "is_active=true", "is_active=false"];
    let categories = ["", "category=Category%203", "category=Category%203,Category%205"];
    let sorts = ["", "sort=newest", "sort=price_asc", "sort=price_desc", "sort=name"];
    for query in combinations(&[&activities, &categories, &["", "q=prod", "q=good%20product"], &sorts]) {
        two_pages(admin, "/admin/products", &query).await;
    }
    for query in combinations(&[&activities, &categories, &["sort=stock", "max_stock=50", "q=prod&max_stock=50"]]) {
        two_pages(admin, "/admin/products", &query).await;
    }
}

/// Gets the first page of a list, and the second if there is one.
async fn two_pages(client: &Client, path: &str, query: &str) {
    let page = client.get(&format!("{path}?{query}")).await.expect(200);
    if let Some(cursor) = page.body["next_cursor"].as_str() {
        client.get(&format!("{path}?{query}&cursor={cursor}")).await.expect(200);
    }
}

/// Every query string that takes one choice of each part.
fn combinations(parts: &[&[&str]]) -> Vec<String> {
    parts.iter().fold(vec![String::new()], |queries, choices| {
        let extend = |query: &String| {
            let join = |choice: &&str| {
                [query.as_str(), choice].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
            };
            choices.iter().map(join).collect::<Vec<_>>()
        };
        queries.iter().flat_map(extend).collect()
    })
}

#[tokio::test]
async fn no_call_scans_a_whole_collection_or_sorts_in_memory() {
    let (shop, stripe) = TestShop::open_whole().await;
    fill(&shop).await;
    start_profiler(&shop).await;
    let walked = walk(&shop, &stripe).await;
    // First, because a cart remembers its order for a limited time.
    checkout_with_long_history(&shop).await;
    list_everything(&shop, &walked).await;
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
    let done = stop_profiler(&shop).await;
    assert!(done.len() > 200, "the profiler saw only {} operations", done.len());
    let collections = [
        "account_tokens",
        "carts",
        "categories",
        "erasures",
        "orders",
        "products",
        "sessions",
        "stripe_events",
        "throttles",
        "users",
        "vocabulary",
    ];
    for collection in collections {
        let namespace = format!("{}.{collection}", shop.database().name());
        assert!(
            done.iter().any(|operation| operation.get_str("ns").is_ok_and(|ns| ns == namespace)),
            "no operation on {collection}"
        );
    }
    let is_of_facets = |plan: &str| plan.contains("facet_terms");
    let on_keys: Vec<&Document> =
        done.iter().filter(|operation| operation.get_str("planSummary").is_ok_and(is_of_facets)).collect();
    assert!(on_keys.len() > 20, "facets were counted on keys only {} times", on_keys.len());
    let fetched = on_keys.iter().find(|operation| operation.get_i32("docsExamined").unwrap_or(1) != 0);
    assert!(fetched.is_none(), "facets fetch documents: {}", fetched.map(|it| summary(it)).unwrap_or_default());
    let wasteful: Vec<String> = done.iter().filter(|operation| is_wasteful(operation)).map(summary).collect();
    assert!(wasteful.is_empty(), "{} of {}:\n{}", wasteful.len(), done.len(), wasteful.join("\n"));
}

#[tokio::test]
async fn a_search_for_an_unknown_word_reads_no_product() {
    let shop = TestShop::open().await;
    for number in 0..30 {
        shop.stock(product(&format!("Tee {number}"), 100, &[(&format!("TEE-{number}"), 1)])).await;
    }
    start_profiler(&shop).await;
    for sort in ["relevance", "newest", "price_asc", "price_desc", "name"] {
        let query = format!("/products?q=unicorn&color=Red&size=M&sort={sort}");
        assert_eq!(shop.visitor().get(&query).await.expect(200).at("/items"), &json!([]), "{sort}");
    }
    let done = stop_profiler(&shop).await;
    let of_products = |operation: &&Document| operation.get_str("ns").is_ok_and(|ns| ns.ends_with(".products"));
    let reads = |operation: &&Document| operation.get_i32("docsExamined").unwrap_or(0) > 0;
    let products: Vec<&Document> = done.iter().filter(of_products).collect();
    assert!(products.len() > 10, "the profiler saw only {} queries", products.len());
    let wasteful: Vec<String> = products.into_iter().filter(reads).map(summary).collect();
    assert!(wasteful.is_empty(), "{}", wasteful.join("\n"));
}

pub(crate) fn is_wasteful(operation: &Document) -> bool {
    // The statistics aggregate all orders of a period and sort the few results.
    let aggregates = operation.get_document("command").is_ok_and(|command| command.contains_key("aggregate"));
    let reads_all = operation.get_str("planSummary").is_ok_and(|plan| plan.contains("COLLSCAN"));
    let sorts = operation.get_bool("hasSortStage").unwrap_or(false);
    let count = |field| i64::from(operation.get_i32(field).unwrap_or(0));
    // A sitemap or feed returns all that it examines. Facets of searches and stock are counted on up to 100 documents, of which
    // most match.
    let returned = count("nreturned");
    let examines_many = count("docsExamined") > i64::from(MAX_DOCS_EXAMINED).max(returned.saturating_add(returned / 4));
    reads_all || !aggregates && (sorts || examines_many)
}

/// A recorded operation in one line: namespace, plan, documents examined, query.
pub(crate) fn summary(operation: &Document) -> String {
    let mut parts: Vec<String> = ["ns", "planSummary", "docsExamined", "hasSortStage"]
        .into_iter()
        .filter_map(|name| operation.get(name).map(|value| format!("{name}: {value}")))
        .collect();
    let command = operation.get_document("command").cloned().unwrap_or_default();
    let clauses = ["filter", "query", "q", "pipeline", "sort"];
    parts.extend(clauses.into_iter().filter_map(|name| command.get(name).map(|value| format!("{name}: {value}"))));
    parts.join(", ")
}
