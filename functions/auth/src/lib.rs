//! Accounts: registration, login, profile, addresses and sessions.

mod add_address;
mod change_email;
mod change_password;
mod confirm_password_reset;
mod delete_account;
mod delete_me;
mod end_session;
mod export_me;
mod get_me;
mod link_token;
mod list_sessions;
mod log_in;
mod log_out;
mod presented_token;
mod refresh_session;
mod register_user;
mod remove_address;
mod replace_address;
mod request_password_reset;
mod resend_verification;
mod session;
mod session_cookie;
mod undo_email_change;
mod update_me;
mod verify_email;
mod verify_password;
mod view;

pub use delete_account::delete_account;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints under `/api/v1/auth`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        register_user::register_user,
        log_in::log_in,
        refresh_session::refresh_session,
        log_out::log_out,
        request_password_reset::request_password_reset,
        confirm_password_reset::confirm_password_reset,
        verify_email::verify_email,
        resend_verification::resend_verification,
        undo_email_change::undo_email_change,
        get_me::get_me,
        update_me::update_me,
        delete_me::delete_me,
        change_password::change_password,
        change_email::change_email,
        export_me::export_me,
        list_sessions::list_sessions,
        end_session::end_session,
        add_address::add_address,
        replace_address::replace_address,
        remove_address::remove_address,
    ]
}
