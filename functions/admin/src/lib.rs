//! What those who run the shop do: orders, accounts, and the shop's key figures.

mod change_role;
mod get_any_order;
mod get_stats;
mod list_all_orders;
mod list_users;
mod move_order;
mod refund_order;
mod span;
mod view;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints under `/api/v1/admin`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_all_orders::list_all_orders))
        .routes(routes!(get_any_order::get_any_order, move_order::move_order))
        .routes(routes!(refund_order::refund_order))
        .routes(routes!(get_stats::get_stats))
        .routes(routes!(list_users::list_users))
        .routes(routes!(change_role::change_role))
}
