//! `POST /orders`: buys what is in the cart.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ferrocart::auth::ThrottledAction;
use ferrocart::checkout::{self, CheckoutRequest, Destination, PlacedOrder};
use ferrocart::domain::id::AddressId;
use ferrocart::domain::idempotency_key::IdempotencyKey;
use ferrocart::domain::money::Money;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Caller, Customer, Json, ReturnedAddress};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The shipping address, in one of two forms, and the total that the buyer expects.
#[derive(Debug, ToSchema)]
pub(crate) struct PlaceOrder {
    /// The id of one of the customer's stored addresses.
    shipping_address_id: Option<AddressId>,
    /// An address for this order alone, new or as it was read.
    shipping_address: Option<ReturnedAddress>,
    /// The total that the buyer has seen. With any other total nothing is bought.
    expected_total: Option<Money>,
}

from_fields!(PlaceOrder { shipping_address_id, shipping_address, expected_total });

/// Buys what is in the cart
///
/// Reserves the stock, copies names and prices into the order and empties the cart: all of it or none. Then the payment
/// is requested from Stripe. If Stripe cannot be reached, the order is placed with a `client_secret` of null. If Stripe
/// refuses the payment for good, the response is the `cancelled` order with the reason in `payment.failure`.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    tag = "orders",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters, generated once per intended purchase: the same key yields the same order for 24 hours",
    )),
    request_body = PlaceOrder,
    responses(
        (status = 201, description = "The order", body = OrderView, headers(
            ("Location" = String, description = "The path of the order"),
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has placed the order"),
        )),
        (status = 409, description = "`insufficient_stock` with every short line in `items`, `product_unavailable`, \
            `total_changed`, `cart_already_ordered` with `order_id`, `idempotency_in_progress`, \
            `too_many_unpaid_orders` with the customer's unpaid orders in `order_ids`"),
        (status = 422, description = "`validation_failed`, `empty_cart`, `idempotency_key_reused`, \
            `total_below_minimum` with the least total in `minimum_total`"),
        (status = 429, description = "`rate_limited`: too many unpaid orders from this source address, or too many checkouts through one proxy"),
    )
)]
pub(crate) async fn place_order(
    State(shop): State<AppState>,
    customer: Customer,
    idempotency_key: Option<IdempotencyKey>,
    caller: Caller,
    Json(request): Json<PlaceOrder>,
) -> Result<(StatusCode, HeaderMap, Json<OrderView>)> {
    if shop.config.max_unpaid_orders_per_address > 0 {
        caller.throttle_proxy(&shop, ThrottledAction::PlaceOrder).await?;
    }
    let expected_total = request.expected_total;
    let request = CheckoutRequest {
        user: customer.id(),
        destination: request.destination()?,
        expected_total,
        idempotency_key,
        network: caller.network().to_owned(),
    };
    let PlacedOrder { order, replayed } = checkout::place_order(&shop, &request).await?;
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/orders/{}", order.id)) {
        headers.insert(LOCATION, location);
    }
    if replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok((StatusCode::CREATED, headers, Json(OrderView::for_buyer(order, shop.config.stripe.as_ref())?)))
}

impl PlaceOrder {
    fn destination(self) -> Result<Destination> {
        match (self.shipping_address_id, self.shipping_address) {
            (Some(id), None) => Ok(Destination::Stored(id)),
            (None, Some(ReturnedAddress { id: _, address })) => Ok(Destination::Given(Box::new(address))),
            (None, None) => {
                let message = "either shipping_address_id or shipping_address is required";
                Err(Error::field("/shipping_address_id", ValidationError::new("required", message)))
            }
            (Some(_), Some(_)) => {
                let message = "shipping_address_id and shipping_address are mutually exclusive";
                Err(Error::field("/shipping_address", ValidationError::new("ambiguous", message)))
            }
        }
    }
}
