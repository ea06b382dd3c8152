//! Sending mail scans no collection, however many orders need none.

use super::{mails, ses, shop_with};
use crate::orders::buyers::{buy, buyer};
use crate::query_plans::{fill, is_wasteful, start_profiler, stop_profiler, summary};
use ferrocart::domain::notification::NotificationKind;
use ferrocart_tests::sample::product;
use mongodb::bson::Document;
use serde_json::json;

#[tokio::test]
async fn sending_mail_scans_no_collection() {
    let ses = ses().await;
    let (shop, _stripe) = shop_with(&ses).await;
    fill(&shop).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let (state, email) = (shop.state(), "ada@example.com".parse().expect("an address"));
    let recorded = state.account_mails.record(None, NotificationKind::PasswordChanged, None, &email, state.now());
    recorded.await.expect("a record");
    start_profiler(&shop).await;
    for _ in 0..2 {
        ferrocart_mailer::run(shop.state().clone(), json!({})).await.expect("a report");
    }
    let done = stop_profiler(&shop).await;
    assert_eq!(mails(&ses).await.len(), 3);
    for collection in ["orders", "account_mails", "mail_suppressions", "users"] {
        let is_on = |operation: &&Document| operation.get_str("ns").is_ok_and(|ns| ns.ends_with(collection));
        assert!(done.iter().any(|operation| is_on(&operation)), "no operation on {collection}");
    }
    let wasteful: Vec<String> = done.iter().filter(|operation| is_wasteful(operation)).map(summary).collect();
    assert!(wasteful.is_empty(), "{}", wasteful.join("\n"));
    let by_due_time = |operation: &&Document| {
        operation.get_str("planSummary").is_ok_and(|plan| plan.contains("notifications.due_at"))
    };
    assert!(done.iter().filter(by_due_time).count() >= 4, "the index on due times is not used");
}
