//! `PUT /admin/orders/{id}`: moves an order along its life.

use crate::view::AdminOrderView;
use axum::extract::State;
use ferrocart::auth::Admin;
use ferrocart::checkout;
use ferrocart::db::orders::{Move, OrderDoc, Tracking};
use ferrocart::db::transaction;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::invalid::Invalid;
use ferrocart::domain::order::{Actor, InvalidTransition, OrderStatus};
use ferrocart::domain::text::Label;
use ferrocart::domain::url::WebUrl;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use utoipa::ToSchema;

/// Where an order is to go.
#[derive(Debug, ToSchema)]
pub(crate) struct MoveOrder {
    /// The state to go to, which is read in any case.
    status: OrderStatus,
    /// Where the parcel is: only with `shipped` and `delivered`.
    tracking: Option<NewTracking>,
}

from_fields!(MoveOrder { status, tracking });

/// Where a parcel is.
#[derive(Debug, ToSchema)]
pub(crate) struct NewTracking {
    /// Who carries it.
    carrier: Label,
    /// The carrier's number for it.
    number: Label,
    /// Where its way can be watched.
    url: Option<WebUrl>,
}

from_fields!(NewTracking { carrier, number, url });

/// Moves an order along its life
///
/// From `processing` to `shipped`, from `shipped` to `delivered`, and from `pending` or
/// `processing` to `cancelled`, which gives the stock back, cancels the payment intent, and sends
/// back what is left of what was paid. An order is not shipped while its payment is disputed, or when
/// all of it was refunded, or when a refund has put its goods back into stock. Only a payment makes an order `processing`. An order that is
/// `shipped` or `delivered` may be put to the same state with another `tracking`, to correct it.
#[utoipa::path(
    put,
    path = "/api/v1/admin/orders/{id}",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = OrderId, Path, description = "The order")),
    request_body = MoveOrder,
    responses(
        (status = 200, description = "The order as it is now", body = AdminOrderView),
        (status = 409, description = "`invalid_transition`: it cannot go there from where it is; \
            `order_on_hold`, with a `reason`: it must not be shipped"),
    )
)]
pub(crate) async fn move_order(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
    Json(MoveOrder { status, tracking }): Json<MoveOrder>,
) -> Result<Json<AdminOrderView>> {
    if tracking.is_some() && !has_parcel(status) {
        let invalid = Invalid::new("not_applicable", "goes only with the states shipped and delivered");
        return Err(Error::field("/tracking", invalid));
    }
    let order = shop.orders.get(id).await?.ok_or(Error::NotFound)?;
    let moved = match (status, tracking.map(Tracking::from)) {
        (OrderStatus::Cancelled, _) => checkout::cancel(&shop, &order, Actor::Admin).await?,
        (_, Some(tracking)) if order.status == status && order.tracking.as_ref() != Some(&tracking) => {
            let corrected = shop.orders.set_tracking(id, status, &tracking, shop.now()).await?;
            stored(&shop, &order, status, corrected).await?
        }
        (_, tracking) => fulfil(&shop, &order, status, tracking.as_ref()).await?,
    };
    Ok(Json(AdminOrderView::of(&shop, moved).await?))
}

/// Moves an order that was paid towards its buyer.
async fn fulfil(
    shop: &AppState,
    order: &OrderDoc,
    status: OrderStatus,
    tracking: Option<&Tracking>,
) -> Result<OrderDoc> {
    let mut moved = order.go_to(status, Actor::Admin, shop.now())?;
    if let Some(tracking) = tracking {
        moved = moved.with_tracking(tracking)?;
    }
    let moved = if status == OrderStatus::Shipped {
        ship(shop, order.id, &moved).await?
    } else {
        shop.orders.store_move(&moved, None).await?
    };
    stored(shop, order, status, moved).await
}

/// Stores that an order is shipped, unless something has come up that speaks against it.
async fn ship(shop: &AppState, order: OrderId, moved: &Move) -> Result<Option<OrderDoc>> {
    transaction::run(&shop.database, (shop, order, moved), |session, (shop, order, moved)| {
        async move {
            let order = shop.orders.get_in(session, *order).await?;
            match order.map(|order| order.hold()).transpose() {
                Err(overflow) => Ok(Err(overflow.into())),
                Ok(Some(Some(hold))) => Ok(Err(Error::OnHold(hold))),
                Ok(Some(None) | None) => Ok(Ok(shop.orders.store_move(moved, Some(session)).await?)),
            }
        }
        .boxed()
    })
    .await?
}

/// The order after a write that named the state it expected; `None` when another was faster.
async fn stored(shop: &AppState, order: &OrderDoc, to: OrderStatus, stored: Option<OrderDoc>) -> Result<OrderDoc> {
    match stored {
        Some(order) => Ok(order),
        None => {
            let order = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            Err(InvalidTransition { from: order.status, to }.into())
        }
    }
}

const fn has_parcel(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Shipped | OrderStatus::Delivered)
}

impl From<NewTracking> for Tracking {
    fn from(NewTracking { carrier, number, url }: NewTracking) -> Self {
        Self { carrier, number, url: url.map(String::from) }
    }
}
