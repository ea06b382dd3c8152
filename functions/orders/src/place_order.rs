//! `POST /orders`: buys what is in the cart.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ferrocart::auth::{OrderToken, ThrottledAction};
use ferrocart::checkout::{self, CheckoutRequest, Destination, PlacedOrder};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::AddressId;
use ferrocart::domain::idempotency_key::IdempotencyKey;
use ferrocart::domain::money::Money;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Caller, CartOwner, Json, ReturnedAddress};
use ferrocart::{AppState, Error, Result, from_fields};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

/// The shipping address, in one of two forms, and the total that the buyer expects. A guest also gives an e-mail address.
#[derive(Debug, ToSchema)]
pub(crate) struct PlaceOrder {
    /// The id of one of the customer's stored addresses.
    shipping_address_id: Option<AddressId>,
    /// An address for this order alone, new or as it was read. That of a guest requires a `name`.
    shipping_address: Option<ReturnedAddress>,
    /// The e-mail address of a guest, which is required. Customers have that of their account.
    email: Option<Email>,
    /// The total that the buyer has seen. With any other total nothing is bought.
    expected_total: Option<Money>,
}

from_fields!(PlaceOrder { shipping_address_id, shipping_address, email, expected_total });

/// A placed order, with the token that opens it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlacedOrder)]
pub(crate) struct PlacedOrderView {
    #[serde(flatten)]
    order: OrderView,
    /// The token of a guest's order, for the header `Order-Token`; null for that of a customer. It is valid until 180 days after
    /// the order was delivered or cancelled, or until an account claims the order. A replay returns the same token.
    #[schema(value_type = Option<OrderToken>)]
    order_token: Option<String>,
}

/// Buys what is in the cart
///
/// Reserves the stock, copies names and prices into the order and empties the cart: all of it or none. Then the payment
/// is requested from Stripe. If Stripe cannot be reached, the order is placed with a `client_secret` of null. If Stripe
/// refuses the payment for good, the response is the `cancelled` order with the reason in `payment.failure`. A guest sends the
/// token of the cart in the header `Cart-Token`.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    tag = "orders",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters, generated once per intended purchase: the same key of the same customer or cart yields the same order for 24 hours",
    )),
    request_body = PlaceOrder,
    responses(
        (status = 201, description = "The order", body = PlacedOrderView, headers(
            ("Location" = String, description = "The path of the order"),
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has placed the order"),
        )),
        (status = 403, description = "`email_not_verified`: the shop requires a verified e-mail address for orders"),
        (status = 409, description = "`insufficient_stock` with every short line in `items`, `product_unavailable`, \
            `total_changed`, `cart_already_ordered` with `order_id`, `idempotency_in_progress`, \
            `too_many_unpaid_orders` with the customer's unpaid orders in `order_ids`"),
        (status = 422, description = "`validation_failed`, `empty_cart`, `idempotency_key_reused`, \
            `total_below_minimum` with the least total in `minimum_total`"),
        (status = 429, description = "`rate_limited`: too many unpaid orders, or too many orders of guests, from this source address, or too many checkouts through one proxy"),
    )
)]
pub(crate) async fn place_order(
    State(shop): State<AppState>,
    buyer: CartOwner,
    idempotency_key: Option<IdempotencyKey>,
    caller: Caller,
    Json(request): Json<PlaceOrder>,
) -> Result<(StatusCode, HeaderMap, Json<PlacedOrderView>)> {
    if buyer.is_guest() {
        // Each order sends mails to an address that anyone can give.
        drop(caller.throttle(&shop, ThrottledAction::PlaceOrder).await?);
    } else if shop.config.max_unpaid_orders_per_address > 0 {
        caller.throttle_proxy(&shop, ThrottledAction::PlaceOrder).await?;
    }
    let expected_total = request.expected_total;
    let request = CheckoutRequest {
        user: buyer.id(),
        guest_email: request.guest_email(buyer)?,
        destination: request.destination(buyer)?,
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
    let order_token = match order.token_version() {
        Some(_) => shop.order_tokens()?.of(&order).map(|token| token.text().expose_secret().to_owned()),
        None => None,
    };
    let order = OrderView::for_buyer(order, shop.config.stripe.as_ref())?;
    Ok((StatusCode::CREATED, headers, Json(PlacedOrderView { order, order_token })))
}

impl PlaceOrder {
    /// Returns the e-mail address of a guest.
    fn guest_email(&self, buyer: CartOwner) -> Result<Option<Email>> {
        match (&self.email, buyer.is_guest()) {
            (None, true) => {
                Err(Error::field("/email", ValidationError::new("required", "is required without an account")))
            }
            (Some(_), false) => {
                let message = "must not be given: the order has that of the account";
                Err(Error::field("/email", ValidationError::new("ambiguous", message)))
            }
            (email, _) => Ok(email.clone()),
        }
    }

    fn destination(self, buyer: CartOwner) -> Result<Destination> {
        match (self.shipping_address_id, self.shipping_address) {
            (Some(_), None) if buyer.is_guest() => {
                let message = "requires an account; use shipping_address";
                Err(Error::field("/shipping_address_id", ValidationError::new("unknown_address", message)))
            }
            (None, Some(ReturnedAddress { id: _, address })) if buyer.is_guest() && address.name.is_none() => {
                let message = "is required without an account";
                Err(Error::field("/shipping_address/name", ValidationError::new("required", message)))
            }
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
