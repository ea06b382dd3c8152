//! `PUT /admin/orders/{id}`: ships, delivers or cancels an order.

use crate::view::AdminOrderView;
use axum::extract::State;
use ferrocart::checkout::{cancel_order, correct_tracking, deliver_order, ship_order};
use ferrocart::db::orders::Tracking;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::{Actor, InvalidTransition, OrderStatus};
use ferrocart::domain::text::Label;
use ferrocart::domain::url::WebUrl;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{Admin, Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The new status of an order.
#[derive(Debug, ToSchema)]
#[schema(as = OrderStatusUpdate)]
pub(crate) struct UpdateOrderStatus {
    /// The new status; letter case is ignored.
    status: OrderStatus,
    /// The tracking of the parcel: only with `shipped` and `delivered`.
    tracking: Option<NewTracking>,
}

from_fields!(UpdateOrderStatus { status, tracking });

/// The tracking of a parcel.
#[derive(Debug, ToSchema)]
pub(crate) struct NewTracking {
    /// The carrier.
    carrier: Label,
    /// The carrier's tracking number.
    number: Label,
    /// The carrier's tracking page.
    url: Option<WebUrl>,
}

from_fields!(NewTracking { carrier, number, url });

/// Ships, delivers or cancels an order
///
/// Allowed transitions are `processing` to `shipped`, `shipped` to `delivered`, and `pending` or `processing` to
/// `cancelled`. A cancellation restocks the order, cancels its payment intent and refunds the rest of its payment. An
/// order is not shipped while its payment is disputed, when it is fully refunded, or when a refund has restocked it. Only
/// a payment moves an order to `processing`. To correct the `tracking` of an order that is `shipped` or `delivered`,
/// repeat its status with another `tracking`, unless the personal data of the buyer is erased.
#[utoipa::path(
    put,
    path = "/api/v1/admin/orders/{id}",
    tag = "admin",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = UpdateOrderStatus,
    responses(
        (status = 200, description = "The updated order", body = AdminOrderView),
        (status = 409, description = "`invalid_transition`: not allowed from the current status; \
            `payment_processing`, with Stripe's `reason`: Stripe does not cancel the payment, which is under way; \
            `order_on_hold`, with a `reason`: the order must not be shipped"),
    )
)]
pub(crate) async fn update_order_status(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
    Json(UpdateOrderStatus { status, tracking }): Json<UpdateOrderStatus>,
) -> Result<Json<AdminOrderView>> {
    if tracking.is_some() && !has_parcel(status) {
        let error = ValidationError::new("not_applicable", "is only allowed with the statuses shipped and delivered");
        return Err(Error::field("/tracking", error));
    }
    let order = shop.orders.get(id).await?.ok_or(Error::NotFound)?;
    if tracking.is_some() && order.buyer_erased_at.is_some() {
        let error = ValidationError::new("not_applicable", "the personal data of the buyer is erased from the order");
        return Err(Error::field("/tracking", error));
    }
    let tracking = tracking.map(Tracking::from);
    let updated = match (status, tracking.as_ref()) {
        (OrderStatus::Cancelled, _) => cancel_order(&shop, &order, Actor::Admin).await?,
        (_, Some(tracking)) if order.status == status && order.tracking.as_ref() != Some(tracking) => {
            correct_tracking(&shop, &order, tracking).await?
        }
        (OrderStatus::Shipped, tracking) => ship_order(&shop, &order, tracking).await?,
        (OrderStatus::Delivered, tracking) => deliver_order(&shop, &order, tracking).await?,
        (OrderStatus::Pending | OrderStatus::Processing, _) => {
            return Err(InvalidTransition { from: order.status, to: status, by: Actor::Admin }.into());
        }
    };
    Ok(Json(AdminOrderView::of(&shop, updated).await?))
}

const fn has_parcel(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Shipped | OrderStatus::Delivered)
}

impl From<NewTracking> for Tracking {
    fn from(NewTracking { carrier, number, url }: NewTracking) -> Self {
        Self { carrier, number, url: url.map(String::from) }
    }
}
