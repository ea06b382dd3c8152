//! `POST /admin/orders/{id}/refunds`: refunds a paid order, partially or in full.

use crate::view::{RefundView, refundable};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ferrocart::checkout::{self, NewRefund, RecordedRefund};
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::id::{OrderId, RefundId};
use ferrocart::domain::idempotency_key::IdempotencyKey;
use ferrocart::domain::money::{Amount, Money};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::RefundStatus;
use ferrocart::domain::text::RefundReason;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{Admin, Json, OrderAmount, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use serde::Serialize;
use utoipa::ToSchema;

/// The refund to make.
#[derive(Debug, ToSchema)]
pub(crate) struct RefundOrder {
    /// The amount, in major units of the order's currency; by default everything that is refundable.
    #[schema(value_type = Option<Money>, exclusive_minimum = 0)]
    amount: Option<OrderAmount>,
    /// The reason, for later readers.
    reason: Option<RefundReason>,
    /// Whether all goods of the order return to stock, whatever the amount, once Stripe has accepted the refund. It
    /// happens once per order.
    #[schema(value_type = bool, required = false, default = false)]
    restock: bool,
}

from_fields!(RefundOrder { amount, reason, restock = false });

/// A refund, and the refund totals of its order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundOfOrder)]
pub(crate) struct RefundOfOrderView {
    #[serde(flatten)]
    refund: RefundView,
    order_id: OrderId,
    /// The payment status of the order after the refund.
    payment_status: PaymentStatus,
    /// The sum of all refunds of the order that have succeeded.
    refunded_amount: Amount,
    /// The amount that can still be refunded.
    refundable_amount: Amount,
}

/// Refunds a paid order
///
/// Refunds everything that is refundable, or a part. The order keeps its status; to cancel it, set its status to
/// `cancelled`, which also refunds the rest. A fully refunded order can no longer be shipped. While Stripe cannot be
/// reached the refund is `pending` and is retried within minutes. With `restock` all goods of the order return to stock,
/// once, whatever the amount; they return when Stripe has accepted the refund, which `restocked` shows. A rejected refund
/// returns nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/orders/{id}/refunds",
    tag = "admin",
    params(
        ("id" = OrderId, Path, description = "The order"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, generated once per intended refund: the same key yields the same refund of this order, without a time limit. Required with `amount`: without a key, a repeated request would refund the amount twice",
        ),
    ),
    request_body = RefundOrder,
    responses(
        (status = 201, description = "The refund", body = RefundOfOrderView, headers(
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has recorded the refund"),
        )),
        (status = 400, description = "`malformed_request`: the query, a header or the body is malformed.\n\
            `idempotency_key_required`: the request has an `amount`, but no `Idempotency-Key`"),
        (status = 409, description = "`order_not_paid`; `refund_exceeds_paid`, with the rest in `refundable_amount`; \
            `refund_refused`, with Stripe's `reason`, a code or a message: the amount can be refunded in another way"),
        (status = 422, description = "`validation_failed`, `idempotency_key_reused`"),
    )
)]
pub(crate) async fn refund_order(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
    idempotency_key: Option<IdempotencyKey>,
    Json(RefundOrder { amount, reason, restock }): Json<RefundOrder>,
) -> Result<(StatusCode, HeaderMap, Json<RefundOfOrderView>)> {
    if amount.is_some() && idempotency_key.is_none() {
        return Err(Error::IdempotencyKeyRequired);
    }
    let amount = match amount {
        Some(amount) => Some(parse_amount(&shop, id, &amount).await?),
        None => None,
    };
    let new = NewRefund { amount, reason, restock, idempotency_key };
    let RecordedRefund { order, refund, replayed } = checkout::refund_order(&shop, id, new).await?;
    respond(&order, refund, replayed)
}

/// Parses an amount in the currency in which the order was paid.
async fn parse_amount(shop: &AppState, order: OrderId, amount: &OrderAmount) -> Result<Money> {
    let order = shop.orders.get(order).await?.ok_or(Error::NotFound)?;
    match amount.in_currency(order.paid_currency())? {
        money if money > Money::ZERO => Ok(money),
        _ => Err(Error::field("/amount", ValidationError::new("too_small", "must be more than 0"))),
    }
}

fn respond(
    order: &OrderDoc,
    refund: RefundId,
    replayed: bool,
) -> Result<(StatusCode, HeaderMap, Json<RefundOfOrderView>)> {
    let refund = order.ledger().get(refund).cloned().ok_or(Error::NotFound)?;
    if refund.status == RefundStatus::Failed {
        return Err(Error::RefundRefused { reason: refund.failure.unwrap_or_else(|| "unknown".to_owned()) });
    }
    let mut headers = HeaderMap::new();
    if replayed {
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
