//! The purchase: a request to each function, as a customer sends them, and the cancellation of the order.

use crate::gateway_event::GatewayRequest;
use crate::new_versions::NewVersions;
use ferrocart::AppState;
use ferrocart::checkout::{SyntheticPurchase, cancel_order};
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::lambda::Error;
use serde_json::{Value, json};

/// Buys the product from the new versions and cancels the order.
///
/// # Errors
/// The first response that differs from the expected one.
pub(crate) async fn buy_and_cancel(
    shop: &AppState,
    versions: &NewVersions,
    purchase: &SyntheticPurchase,
) -> Result<(), Error> {
    let token = visit(versions, purchase).await?;
    let order = place_order(versions, purchase, &token).await?;
    let path = format!("/api/v1/orders/{order}");
    expect_status(versions, &path, &token, OrderStatus::Processing).await?;
    cancel(shop, purchase, order).await?;
    expect_status(versions, &path, &token, OrderStatus::Cancelled).await
}

/// Sends a request to each function that serves no part of the order, and logs in. Returns the access token.
async fn visit(versions: &NewVersions, purchase: &SyntheticPurchase) -> Result<String, Error> {
    let arns = &versions.arns;
    let health = GatewayRequest { method: "GET", path: "/api/v1/health", ..GatewayRequest::default() };
    versions.send(&arns.docs, health, 200).await?;
    let list =
        GatewayRequest { method: "GET", path: "/api/v1/products", query: "limit=1", ..GatewayRequest::default() };
    let page = versions.send(&arns.products, list, 200).await?;
    if !page.get("items").is_some_and(Value::is_array) {
        return Err("the list of products has no items".into());
    }
    // A POST without a signature would count for the alarm `RejectedSignatures`.
    let webhook = GatewayRequest { method: "GET", path: "/api/v1/webhooks/stripe", ..GatewayRequest::default() };
    versions.send(&arns.stripe_webhook, webhook, 405).await?;
    let body = Some(json!({ "email": purchase.email, "password": purchase.password.expose() }));
    let log_in = GatewayRequest { method: "POST", path: "/api/v1/auth/login", body, ..GatewayRequest::default() };
    let session = versions.send(&arns.auth, log_in, 200).await?;
    let token = session.get("access_token").and_then(Value::as_str).ok_or("the login returned no access token")?;
    // A customer may not see it, which `admin` finds out in the database.
    let stats =
        GatewayRequest { method: "GET", path: "/api/v1/admin/stats", token: Some(token), ..GatewayRequest::default() };
    versions.send(&arns.admin, stats, 403).await?;
    let import = GatewayRequest {
        method: "POST",
        path: "/api/v1/admin/imports",
        token: Some(token),
        ..GatewayRequest::default()
    };
    versions.send(&arns.imports, import, 403).await?;
    Ok(token.to_owned())
}

/// Fills the cart and orders it. The order is free, so that no payment is requested from Stripe.
async fn place_order(versions: &NewVersions, purchase: &SyntheticPurchase, token: &str) -> Result<OrderId, Error> {
    let item =
        json!({ "product_id": purchase.product.to_string(), "variant_sku": purchase.sku.as_str(), "quantity": 1 });
    let (token, path) = (Some(token), "/api/v1/cart/items");
    let add = GatewayRequest { method: "POST", path, token, body: Some(item), ..GatewayRequest::default() };
    versions.send(&versions.arns.cart, add, 200).await?;
    let address = json!({
        "type": "shipping", "name": "Deployment check", "street": "12 Analytical Way", "city": "Portland", "state": "OR",
        "zip": "97201", "country": "US",
    });
    let body = Some(json!({ "shipping_address": address, "expected_total": 0 }));
    // A repeated attempt returns the same order.
    let key = purchase.user.to_string();
    let idempotency_key = Some(key.as_str());
    let place = GatewayRequest { method: "POST", path: "/api/v1/orders", token, idempotency_key, body, query: "" };
    let order = versions.send(&versions.arns.orders, place, 201).await?;
    let id = order.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Ok(id.ok_or("the order has no valid id")?)
}

async fn expect_status(versions: &NewVersions, path: &str, token: &str, expected: OrderStatus) -> Result<(), Error> {
    let get = GatewayRequest { method: "GET", path, token: Some(token), ..GatewayRequest::default() };
    let order = versions.send(&versions.arns.orders, get, 200).await?;
    match order.get("status").and_then(Value::as_str) {
        Some(status) if status == expected.as_str() => Ok(()),
        status => Err(format!("the order is {status:?} instead of {expected}").into()),
    }
}

/// Cancels the order with the code of this release, as an administrator would: buyers cannot cancel paid orders. Checks that
/// the order is marked, and that its stock is back.
async fn cancel(shop: &AppState, purchase: &SyntheticPurchase, order: OrderId) -> Result<(), Error> {
    let placed = shop.orders.get(order).await?.filter(|order| order.user_id == purchase.user);
    let placed = placed.ok_or("the order is not in the database")?;
    let cancelled = cancel_order(shop, &placed, Actor::Admin).await?;
    if !cancelled.is_synthetic {
        return Err("the order is not marked as synthetic".into());
    }
    let product = shop.products.stock_snapshots(vec![purchase.product]).await?.pop();
    let stock = product.and_then(|product| product.variants.first().map(|variant| variant.stock_quantity));
    if stock == Some(purchase.stock) {
        Ok(())
    } else {
        Err(format!("after the cancellation the stock is {stock:?}").into())
    }
}
