//! What Stripe tells us.

mod apply_dispute;
mod apply_event;
mod apply_payment;
mod apply_refund;
mod receive_event;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoint under `/api/v1/webhooks`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(receive_event::receive_event))
}
