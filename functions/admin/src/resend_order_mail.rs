//! `POST /admin/orders/{id}/mails/{mail_id}/resend`: sends a mail about an order again.

use crate::view::MailView;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::{NotificationId, OrderId};
use ferrocart::http::Admin;
use ferrocart::http::{Json, PathPair};
use ferrocart::{AppState, Error, Result};

/// Sends a mail about an order again
///
/// The new mail is about the same, as it is now, and goes to the current address of the buyer, within a minute. While such a mail is on
/// its way, that one is returned, and no further one is sent.
#[utoipa::path(
    post,
    path = "/api/v1/admin/orders/{id}/mails/{mail_id}/resend",
    tag = "admin",
    params(
        ("id" = OrderId, Path, description = "The order"),
        ("mail_id" = NotificationId, Path, description = "The mail"),
    ),
    responses((status = 202, description = "The mail to be sent", body = MailView))
)]
pub(crate) async fn resend_order_mail(
    State(shop): State<AppState>,
    admin: Admin,
    PathPair(id, mail): PathPair<OrderId, NotificationId>,
) -> Result<(StatusCode, Json<MailView>)> {
    let due = shop.orders.resend_notification(id, mail, shop.now()).await?.ok_or(Error::NotFound)?;
    tracing::info!(order_id = %id, by = %admin.id(), mail = due.kind.as_str(), "an administrator sends a mail again");
    Ok((StatusCode::ACCEPTED, Json(due.into())))
}
