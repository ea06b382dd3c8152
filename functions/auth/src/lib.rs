//! Accounts: registering, logging in, one's own name and addresses.

mod add_address;
mod get_me;
mod log_in;
mod log_out;
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
        .routes(routes!(get_me::get_me, update_me::update_me))
        .routes(routes!(add_address::add_address))
        .routes(routes!(replace_address::replace_address, remove_address::remove_address))
}
