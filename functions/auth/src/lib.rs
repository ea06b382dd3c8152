//! Accounts: registering, logging in, one's own name, addresses and sessions.

mod add_address;
mod change_password;
mod delete_me;
mod end_session;
mod export_me;
mod get_me;
mod list_sessions;
mod log_in;
mod log_out;
mod prove;
mod refresh_session;
mod register_user;
mod remove_address;
mod replace_address;
mod session;
mod update_me;
mod view;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints under `/api/v1/auth`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register_user::register_user))
        .routes(routes!(log_in::log_in))
        .routes(routes!(refresh_session::refresh_session))
        .routes(routes!(log_out::log_out))
        .routes(routes!(get_me::get_me, update_me::update_me, delete_me::delete_me))
        .routes(routes!(change_password::change_password))
        .routes(routes!(export_me::export_me))
        .routes(routes!(list_sessions::list_sessions))
        .routes(routes!(end_session::end_session))
        .routes(routes!(add_address::add_address))
        .routes(routes!(replace_address::replace_address, remove_address::remove_address))
}
