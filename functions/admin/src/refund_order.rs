//! `POST /admin/orders/{id}/refunds`: sends money back.

use crate::view::{RefundView, refundable};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ferrocart::auth::Admin;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{finish_refunds, first_status, restock, send_refund};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::{new_id, transaction};
use ferrocart::domain::id::{OrderId, RefundId};
use ferrocart::domain::invalid::Invalid;
use ferrocart::domain::money::{Amount, Money};
use ferrocart::domain::order::Actor;
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::{BeginError, Ledger, Refund, RefundRequest, RefundStatus};
use ferrocart::domain::text::RefundReason;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::{FromInput, IdempotencyKey, Input, Json, Path, Refusal};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use serde::Serialize;
use utoipa::ToSchema;

/// What is to go back.
#[derive(Debug, ToSchema)]
pub(crate) struct RefundOrder {
    /// How much; by default all that is left.
    #[schema(value_type = Option<Money>, exclusive_minimum = 0)]
    amount: Option<RefundAmount>,
    /// Why, for whoever looks at it later.
    reason: Option<RefundReason>,
    /// Whether all goods of the order go back into stock, whatever the amount is, as soon as Stripe
    /// has the refund. It happens once.
    #[schema(value_type = bool, required = false, default = false)]
    restock: bool,
}

from_fields!(RefundOrder { amount, reason, restock = false });

/// An amount that can go back: more than nothing.
#[derive(Debug, Clone, Copy)]
struct RefundAmount(Money);

impl FromInput for RefundAmount {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        match input.money()? {
            money if money > Money::ZERO => Ok(Self(money)),
            _ => Err(input.refuse(Invalid::new("too_small", "must be more than 0"))),
        }
    }
}

/// A refund, and what it means for its order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundOfOrder)]
pub(crate) struct RefundOfOrderView {
    #[serde(flatten)]
    refund: RefundView,
    order_id: OrderId,
    /// The state of the order's payment by now.
    payment_status: PaymentStatus,
    /// How much of the order went back by now, this refund included when it has succeeded.
    refunded_amount: Amount,
    /// How much of it can still be refunded.
    refundable_amount: Amount,
}

/// Sends money of a paid order back
///
/// All that is left of it, or a part. The order stays where it is in its life: to cancel it, put it to
/// `cancelled`, which refunds the rest by itself; when all of it was refunded it is not shipped any
/// more. While Stripe cannot be reached the refund is `pending`, and the shop sends it within
/// minutes. With `restock` all goods of the order go back into stock, once, whatever the amount is: a
/// second `restock`, and a later cancellation, put nothing back. They go when Stripe has taken the
/// refund, which `restocked` tells; with one that Stripe refuses nothing comes back.
#[utoipa::path(
    post,
    path = "/api/v1/admin/orders/{id}/refunds",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(
        ("id" = OrderId, Path, description = "The order"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, made anew for each refund: the same key gives the same refund of this order, for good",
        ),
    ),
    request_body = RefundOrder,
    responses(
        (status = 201, description = "The refund", body = RefundOfOrderView, headers(
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has made the refund"),
        )),
        (status = 409, description = "`order_not_paid`; `refund_exceeds_paid`, with what is left in `refundable_amount`; \
            `refund_refused`, with Stripe's `reason`: the amount can be refunded in another way"),
        (status = 422, description = "`validation_failed`, `idempotency_key_reused`"),
    )
)]
pub(crate) async fn refund_order(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
    key: Option<IdempotencyKey>,
    Json(request): Json<RefundOrder>,
) -> Result<(StatusCode, HeaderMap, Json<RefundOfOrderView>)> {
    let recorded = record(&shop, id, request, key.as_ref()).await?;
    point(Point::RefundRecorded);
    let sent = if recorded.is_new {
        send_refund(&shop, &recorded.order, recorded.refund).await
    } else {
        go_on(&shop, &recorded).await
    };
    let order = match sent {
        Ok(order) => order,
        Err(error) => {
            tracing::warn!(%error, order_id = %id, "a refund is left to the scheduled function");
            shop.orders.get(id).await?.ok_or(Error::NotFound)?
        }
    };
    answer(&order, recorded.refund, recorded.is_new)
}

/// An earlier request may have died before it was done.
async fn go_on(shop: &AppState, recorded: &Recorded) -> Result<OrderDoc> {
    match recorded.order.ledger().get(recorded.refund) {
        Some(refund) if refund.is_unsent() => finish_refunds(shop, &recorded.order).await,
        _ => Ok(recorded.order.clone()),
    }
}

/// A refund that stands on its order.
struct Recorded {
    order: OrderDoc,
    refund: RefundId,
    is_new: bool,
}

/// Sets the amount aside, or finds the refund that was recorded under the same key.
async fn record(
    shop: &AppState,
    order: OrderId,
    request: RefundOrder,
    key: Option<&IdempotencyKey>,
) -> Result<Recorded> {
    let now = shop.now();
    let RefundOrder { amount, reason, restock } = request;
    let amount = amount.map(|RefundAmount(money)| money);
    let request =
        key.map(|key| RefundRequest { key: key.as_str().to_owned(), amount, reason: reason.clone(), restock });
    let wish = Wish { refund: Refund { reason, request, ..Refund::new(new_id(), Actor::Admin, now) }, amount, restock };
    let context = (shop, order, wish, now);
    transaction::run(&shop.database, context, |session, (shop, order, wish, now)| {
        store(shop, session, *order, wish, *now).boxed()
    })
    .await?
}

/// A refund that is wanted.
struct Wish {
    refund: Refund,
    amount: Option<Money>,
    restock: bool,
}

/// Records a refund in a transaction.
async fn store(
    shop: &AppState,
    session: &mut ClientSession,
    order: OrderId,
    wish: &Wish,
    now: Timestamp,
) -> Result<Result<Recorded>, mongodb::error::Error> {
    let Some(order) = shop.orders.get_in(session, order).await? else { return Ok(Err(Error::NotFound)) };
    if let Some(earlier) = wish.earlier(&order) {
        return Ok(earlier.map(|refund| Recorded { order, refund, is_new: false }));
    }
    let mut ledger = match wish.begin(&order) {
        Ok(ledger) => ledger,
        Err(error) => return Ok(Err(error)),
    };
    restock(shop, session, &order, &mut ledger, now).await?;
    let stored = shop.orders.store_ledger(session, &order, &ledger, now).await?;
    Ok(stored.map(|order| Recorded { order, refund: wish.refund.id, is_new: true }).ok_or(Error::NotFound))
}

impl Wish {
    /// The refund that the same key has made, if any has; an error when it was another request.
    fn earlier(&self, order: &OrderDoc) -> Option<Result<RefundId>> {
        let request = self.refund.request.as_ref()?;
        let made = |refund: &&Refund| refund.request.as_ref().is_some_and(|made| made.key == request.key);
        let earlier = order.refunds.iter().find(made)?;
        Some(if earlier.request.as_ref() == Some(request) { Ok(earlier.id) } else { Err(Error::IdempotencyKeyReused) })
    }

    /// The ledger with this refund in it.
    fn begin(&self, order: &OrderDoc) -> Result<Ledger> {
        if !order.payment.status.is_paid() {
            return Err(Error::NotPaid);
        }
        let mut ledger = order.ledger();
        let amount = self.amount.map_or_else(|| ledger.left(), Ok)?;
        let (status, restock) = (first_status(order), self.restock);
        match ledger.begin(Refund { amount, status, restock, ..self.refund.clone() }) {
            Ok(()) => Ok(ledger),
            Err(BeginError::Exceeds(exceeds)) => {
                Err(Error::RefundExceedsPaid { left: exceeds.left.of(order.paid_currency()) })
            }
            Err(BeginError::Overflow(error)) => Err(error.into()),
        }
    }
}

fn answer(
    order: &OrderDoc,
    refund: RefundId,
    is_new: bool,
) -> Result<(StatusCode, HeaderMap, Json<RefundOfOrderView>)> {
    let refund = order.ledger().get(refund).cloned().ok_or(Error::NotFound)?;
    if refund.status == RefundStatus::Failed {
        return Err(Error::RefundRefused { reason: refund.failure.unwrap_or_else(|| "unknown".to_owned()) });
    }
    let mut headers = HeaderMap::new();
    if !is_new {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    let view = RefundOfOrderView {
        refund: RefundView::of(refund, order.paid_currency()),
        order_id: order.id,
        payment_status: order.payment.status,
        refunded_amount: order.refunded_amount.of(order.paid_currency()),
        refundable_amount: refundable(order)?.of(order.paid_currency()),
    };
    Ok((StatusCode::CREATED, headers, Json(view)))
}
