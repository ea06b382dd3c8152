//! `POST /orders`: checkout.

use crate::checkout::{Wish, check_out, request_payment};
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ferrocart::auth::Customer;
use ferrocart::checkout::{finish, settle};
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::address::Address;
use ferrocart::domain::id::AddressId;
use ferrocart::domain::invalid::Invalid;
use ferrocart::domain::money::Money;
use ferrocart::http::{IdempotencyKey, Json};
use ferrocart::show::OrderView;
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// Where the parcel goes, by one of the two, and what the buyer expects to pay.
#[derive(Debug, ToSchema)]
pub(crate) struct PlaceOrder {
    /// One of one's own stored addresses.
    shipping_address_id: Option<AddressId>,
    /// An address for this order alone.
    shipping_address: Option<Address>,
    /// The total that the buyer has seen: with another one, nothing is bought.
    expected_total: Option<Money>,
}

from_fields!(PlaceOrder { shipping_address_id, shipping_address, expected_total });

/// Buys what is in the cart
///
/// Takes the stock, freezes names and prices, and empties the cart: all of it or none. Then it asks
/// Stripe for the payment; if Stripe is away, the order stands, and `client_secret` is null.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    tag = "orders",
    security(("bearer" = [])),
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters, made anew for each try to buy: the same key gives the same order for 24 hours",
    )),
    request_body = PlaceOrder,
    responses(
        (status = 201, description = "The order", body = OrderView, headers(
            ("Location" = String, description = "Where the order is"),
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has made the order"),
        )),
        (status = 409, description = "`insufficient_stock` with every short line in `items`, `product_unavailable`, \
            `total_changed`, `cart_already_ordered` with `order_id`, `idempotency_in_progress`"),
        (status = 422, description = "`validation_failed`, `empty_cart`, `idempotency_key_reused`"),
    )
)]
pub(crate) async fn place_order(
    State(shop): State<AppState>,
    customer: Customer,
    key: Option<IdempotencyKey>,
    Json(request): Json<PlaceOrder>,
) -> Result<(StatusCode, HeaderMap, Json<OrderView>)> {
    let wish = Wish { destination: request.destination()?, expected_total: request.expected_total, key };
    let (order, replayed) = check_out(&shop, &customer, &wish).await?;
    // After a crash this is where the same request goes on: a hold says that it has not been settled.
    if !replayed {
        settle(&shop, &order).await?;
    } else if !shop.products.held_by(order.id).await?.is_empty() {
        finish(&shop, &order).await?;
    }
    let order = match request_payment(&shop, order.clone()).await {
        Ok(order) => order,
        Err(error) => {
            tracing::warn!(%error, order_id = %order.id, "the order stands without a payment intent");
            order
        }
    };
    answer(&shop, order, replayed)
}

fn answer(shop: &AppState, order: OrderDoc, replayed: bool) -> Result<(StatusCode, HeaderMap, Json<OrderView>)> {
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/orders/{}", order.id)) {
        headers.insert(LOCATION, location);
    }
    if replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok((StatusCode::CREATED, headers, Json(OrderView::for_buyer(order, shop.config.stripe.as_ref())?)))
}

/// Where the parcel goes, as the buyer names it.
#[derive(Debug)]
pub(crate) enum Destination {
    /// To one of the buyer's stored addresses.
    Stored(AddressId),
    /// To this one.
    Given(Box<Address>),
}

impl PlaceOrder {
    fn destination(&self) -> Result<Destination> {
        match (self.shipping_address_id, &self.shipping_address) {
            (Some(id), None) => Ok(Destination::Stored(id)),
            (None, Some(address)) => Ok(Destination::Given(Box::new(address.clone()))),
            (None, None) => {
                let message = "either shipping_address_id or shipping_address is required";
                Err(Error::field("/shipping_address_id", Invalid::new("required", message)))
            }
            (Some(_), Some(_)) => {
                let message = "shipping_address_id and shipping_address exclude each other";
                Err(Error::field("/shipping_address", Invalid::new("ambiguous", message)))
            }
        }
    }
}
