//! Lists and search: pages, filters and cursors.

use crate::support::Stripe;
use serde_json::{Value, json};

#[tokio::test]
async fn lists_are_paged_newest_first() {
    let stripe = Stripe::start().await;
    let mut intents = Vec::new();
    for _ in 0..5 {
        intents.push(stripe.intent().await);
    }
    intents.reverse();
    let first = stripe.get("/v1/payment_intents?limit=2").await;
    assert_eq!(first.body["object"], "list");
    assert_eq!(first.body["url"], "/v1/payment_intents");
    assert_eq!(first.body["has_more"], true);
    assert_eq!(first.ids(), intents[..2]);

    let path = format!("/v1/payment_intents?limit=3&starting_after={}", intents[1]);
    let rest = stripe.get(&path).await;
    assert_eq!((rest.ids(), &rest.body["has_more"]), (as_strs(&intents[2..]), &json!(false)));

    let path = format!("/v1/payment_intents?limit=2&ending_before={}", intents[4]);
    let before = stripe.get(&path).await;
    assert_eq!((before.ids(), &before.body["has_more"]), (as_strs(&intents[2..4]), &json!(true)));

    let created = first.body["data"][0]["created"].as_i64().unwrap();
    let later = stripe.get(&format!("/v1/payment_intents?created[gt]={created}")).await;
    assert_eq!(later.body["data"], json!([]));
    let since = stripe.get(&format!("/v1/payment_intents?created[gte]={}", created - 60)).await;
    assert_eq!(since.ids().len(), 5);
}

fn as_strs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn invalid_page_parameters_are_rejected() {
    let stripe = Stripe::start().await;
    for (query, param) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("starting_after=pi_none", "starting_after"),
        ("color=red", "color"),
        ("limit[]=1", "limit"),
        ("created[since]=1", "created[since]"),
        ("starting_after=pi_1&ending_before=pi_2", "ending_before"),
        ("expand[]=data.a.b.c.d", "expand"),
        ("expand=data", "expand"),
    ] {
        let reply = stripe.get(&format!("/v1/payment_intents?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
        assert_eq!(reply.body["error"]["param"], param);
    }
}

#[tokio::test]
async fn a_filter_for_an_unknown_object_is_a_400() {
    let stripe = Stripe::start().await;
    let unpaid = stripe.intent().await;
    for list in ["refunds", "disputes", "charges"] {
        let reply = stripe.get(&format!("/v1/{list}?payment_intent=pi_other&limit=100")).await;
        assert_eq!(reply.error(), (400, "invalid_request_error", Some("resource_missing")), "{list}");
        assert_eq!(reply.message(), "No such payment_intent: 'pi_other'");
        assert_eq!(reply.body["error"]["param"], "payment_intent");
        let none = stripe.get(&format!("/v1/{list}?payment_intent={unpaid}")).await;
        assert_eq!((none.status, &none.body["data"]), (200, &json!([])), "{list}");
    }
    for list in ["refunds", "disputes"] {
        let reply = stripe.get(&format!("/v1/{list}?charge=ch_other")).await;
        assert_eq!(reply.error(), (400, "invalid_request_error", Some("resource_missing")), "{list}");
        assert_eq!((reply.message(), &reply.body["error"]["param"]), ("No such charge: 'ch_other'", &json!("charge")));
    }
}

#[tokio::test]
async fn search_finds_intents_by_metadata_status_and_currency() {
    let stripe = Stripe::start().await;
    let form = [("amount", "700"), ("currency", "eur"), ("metadata[order_id]", "7")];
    stripe.intent().await;
    let seven = stripe.post("/v1/payment_intents", &form).await.id();
    let also_seven = stripe.post("/v1/payment_intents", &form).await.id();
    stripe.confirm(&also_seven, "pm_card_visa").await;
    // A search does not find new intents at once, in contrast to a list.
    stripe.control("/_stand-in/clock/advance", json!({ "seconds": 60 })).await;

    let search = async |query: &str| {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        stripe.get(&format!("/v1/payment_intents/search?query={query}")).await
    };
    let found = search("metadata['order_id']:'7'").await;
    assert_eq!(found.body["object"], "search_result");
    assert_eq!(found.body["next_page"], Value::Null);
    assert_eq!(found.ids(), [also_seven.as_str(), &seven]);
    let paid = search("metadata[\"order_id\"]:\"7\" AND status:'succeeded'").await;
    assert_eq!(paid.ids(), [also_seven.as_str()]);
    assert!(search("metadata['order_id']:'8'").await.ids().is_empty());
    assert_eq!(search("order 7").await.status, 400);

    let query = "query=currency:'eur'&limit=1";
    let first = stripe.get(&format!("/v1/payment_intents/search?{query}")).await;
    assert_eq!(first.ids(), [also_seven.as_str()]);
    let page = first.body["next_page"].as_str().unwrap();
    let second = stripe.get(&format!("/v1/payment_intents/search?{query}&page={page}")).await;
    assert_eq!((second.ids(), &second.body["has_more"]), (vec![seven.as_str()], &json!(false)));
}

#[tokio::test]
async fn a_search_finds_new_intents_after_the_configured_delay() {
    let stripe = Stripe::start().await;
    let search = async || stripe.get("/v1/payment_intents/search?query=currency:'usd'").await.ids().len();
    stripe.intent().await;
    assert_eq!(search().await, 0);
    stripe.control("/_stand-in/clock/advance", json!({ "seconds": 61 })).await;
    assert_eq!(search().await, 1);
    stripe.control("/_stand-in/behaviour", json!({ "search_delay_seconds": 0 })).await;
    stripe.intent().await;
    assert_eq!(search().await, 2);
    stripe.control("/_stand-in/behaviour", json!({ "search_delay_seconds": 3600 })).await;
    stripe.intent().await;
    stripe.control("/_stand-in/clock/advance", json!({ "seconds": 3000 })).await;
    assert_eq!(search().await, 2);
}

#[tokio::test]
async fn events_are_filtered_by_type() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let all = stripe.get("/v1/events").await;
    let types: Vec<_> = all.body["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]);
    let paid = stripe.get("/v1/events?type=payment_intent.succeeded").await;
    let event = &paid.body["data"][0];
    assert_eq!(event["data"]["object"]["id"], intent);
    let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
    assert_eq!(stripe.get(&path).await.body, *event);
    assert_eq!(stripe.get("/v1/events?type=charge.*").await.ids().len(), 1);
    assert_eq!(stripe.get("/v1/charges").await.ids().len(), 1);
}
