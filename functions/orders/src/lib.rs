//! Orders: checkout, history, receipt, payment, cancelling.

mod cancel_order;
mod checkout;
mod get_order;
mod list_orders;
mod pay_order;
mod place_order;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints under `/api/v1/orders`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_orders::list_orders, place_order::place_order))
        .routes(routes!(get_order::get_order))
        .routes(routes!(pay_order::pay_order))
        .routes(routes!(cancel_order::cancel_order))
}
