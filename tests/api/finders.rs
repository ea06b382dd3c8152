//! Invariant 7: no call of the API reads a collection or an index from end to end, or sorts in
//! memory. The database's own profiler tells what each of them did.

use crate::walk::{PASSWORD, Walk, walk, wish};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::json;
use std::time::Duration;

/// How many documents the collections have that grow with the shop.
const MANY: u64 = 300;

/// The most documents that a call other than the key figures may look at: three pages and a bit,
/// because a word is looked for in two places. Whoever reads a collection or a user's whole past
/// looks at more.
const FEW: i32 = 70;

/// The moment from which orders were placed, an hour apart.
const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Fills every collection that grows with the shop.
async fn fill(shop: &TestShop) {
    let mut users = Vec::new();
    let mut carts = Vec::new();
    for number in 0..MANY {
        let user = ObjectId::new();
        users.push(doc! {
            "_id": user, "name": format!("User {number}"), "email": format!("user{number}@example.com"),
            "password_hash": "$2b$04$", "role": "customer", "created_at": DateTime::now(), "addresses": [],
        });
        carts.push(doc! { "user_id": user, "items": [], "version": 1_i64, "updated_at": DateTime::now() });
    }
    let buyers: Vec<ObjectId> = users.iter().map(|user| user.get_object_id("_id").expect("an id")).collect();
    shop.database().collection::<Document>("users").insert_many(users).await.expect("users");
    shop.database().collection::<Document>("carts").insert_many(carts).await.expect("carts");
    let statuses = OrderStatus::SHOWN.into_iter().cycle();
    for ((number, status), buyer) in (0..MANY).zip(statuses).zip(buyers.iter().take(30).cycle()) {
        let sku = format!("SKU-{number}");
        let mut product = product(&format!("Product {number}"), 100, &[(&sku, 50)]);
        product.category = format!("Category {}", number % 8).parse().expect("a category");
        product.is_active = number % 10 != 0;
        for variant in &mut product.variants {
            variant.color = Some(["Red", "Blue"][usize::from(number % 3 == 0)].parse().expect("a colour"));
        }
        let product = shop.stock(product).await;
        let placed = START.plus(Duration::from_hours(number));
        shop.record(order((*buyer).into(), &product, 1, status, placed)).await;
    }
}

/// Turns the profiler on, with room for all that a test does.
async fn profile(shop: &TestShop) {
    let megabytes_64 = 64 * 1024 * 1024;
    shop.database().create_collection("system.profile").capped(true).size(megabytes_64).await.expect("a profile");
    shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
}

/// What the database has done since then.
async fn profiled(shop: &TestShop) -> Vec<Document> {
    shop.database().run_command(doc! { "profile": 0 }).await.expect("no profiler");
    let profile = shop.database().collection::<Document>("system.profile");
    let mut found = profile.find(doc! { "ns": { "$not": { "$regex": "system.profile$" } } }).await.expect("a profile");
    let mut done = Vec::new();
    while found.advance().await.expect("a profile") {
        done.push(found.deserialize_current().expect("a document"));
    }
    done
}

/// Tries to buy under a new key, as somebody who has bought a lot.
async fn buy_once_more(shop: &TestShop) {
    let ada = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    for number in 0..100 {
        let placed = START.plus(Duration::from_mins(number));
        shop.record(order(ada, &tee, 1, OrderStatus::Delivered, placed)).await;
    }
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let ada = shop.visitor().post("/auth/login", login).await.expect(200).text("/access_token");
    let buyer = shop.visitor().with_token(&ada).with_header("idempotency-key", "never-seen");
    assert_eq!(buyer.post("/orders", wish()).await.expect(409).at("/code"), "cart_already_ordered");
}

/// Calls every list with every combination of its filters and sorts, and the page after each.
async fn leaf_through(shop: &TestShop, walked: &Walk) {
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
        &["", "q=prod", "q=good%20product", "q=prodcut"],
        &["", "color=Red", "size=M&in_stock=true"],
        &["", "min_price=0.5&max_price=60"],
        &sorts,
    ];
    for query in combinations(&filters) {
        if query.contains("q=") || !query.contains("relevance") {
            leaf(&admin, "/products", &query).await;
        }
    }
    leaf(&admin, "/products", "q=SKU-7").await;
    leaf(&admin, "/products", "q=nothing").await;
    let (user, number) = (format!("user_id={user}"), format!("order_number={number}"));
    let (from, to) = (format!("from={from}"), format!("to={to}"));
    let parts: [&[&str]; 5] =
        [&["", "status=shipped"], &["", &user, "email=user3@example.com"], &["", &number], &["", &from], &["", &to]];
    for query in combinations(&parts) {
        leaf(&admin, "/admin/orders", &query).await;
    }
    for query in combinations(&[&["", "role=customer"], &["", "email=user3@example.com"]]) {
        leaf(&admin, "/admin/users", &query).await;
    }
    leaf(&admin, "/auth/sessions", "limit=1").await;
    leaf(&admin, "/admin/stats", &format!("{from}&{to}")).await;
}

/// Gets a list, and its second page if it has one.
async fn leaf(client: &Client, path: &str, query: &str) {
    let page = client.get(&format!("{path}?{query}")).await.expect(200);
    if let Some(cursor) = page.body["next_cursor"].as_str() {
        client.get(&format!("{path}?{query}&cursor={cursor}")).await.expect(200);
    }
}

/// Every way to choose one of each.
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
async fn no_call_reads_a_whole_collection_or_sorts_in_memory() {
    let (shop, stripe) = TestShop::open_whole().await;
    fill(&shop).await;
    profile(&shop).await;
    let walked = walk(&shop, &stripe).await;
    leaf_through(&shop, &walked).await;
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
    buy_once_more(&shop).await;
    let done = profiled(&shop).await;
    assert!(done.len() > 200, "the profiler saw only {} operations", done.len());
    let collections = [
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
            "nothing of {collection}"
        );
    }
    let wasteful: Vec<String> = done.iter().filter(|operation| is_wasteful(operation)).map(told).collect();
    assert!(wasteful.is_empty(), "{} of {}:\n{}", wasteful.len(), done.len(), wasteful.join("\n"));
}

fn is_wasteful(operation: &Document) -> bool {
    // The key figures are sums over all orders of a span of time, and are sorted once they are few.
    let sums = operation.get_document("command").is_ok_and(|command| command.contains_key("aggregate"));
    let reads_all = operation.get_str("planSummary").is_ok_and(|plan| plan.contains("COLLSCAN"));
    let sorts = operation.get_bool("hasSortStage").unwrap_or(false);
    let looks_at_many = operation.get_i32("docsExamined").unwrap_or(0) > FEW;
    reads_all || !sums && (sorts || looks_at_many)
}

/// An operation in a line: which, how, how much, and what was asked.
fn told(operation: &Document) -> String {
    let mut parts: Vec<String> = ["ns", "planSummary", "docsExamined", "hasSortStage"]
        .into_iter()
        .filter_map(|name| operation.get(name).map(|value| format!("{name}: {value}")))
        .collect();
    let command = operation.get_document("command").cloned().unwrap_or_default();
    let asked = ["filter", "query", "q", "pipeline", "sort"];
    parts.extend(asked.into_iter().filter_map(|name| command.get(name).map(|value| format!("{name}: {value}"))));
    parts.join(", ")
}
