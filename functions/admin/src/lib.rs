//! Endpoints for administrators: orders, accounts and key figures.

mod change_role;
mod get_any_order;
mod get_stats;
mod list_all_orders;
mod list_order_mails;
mod list_order_summaries;
mod list_users;
mod refund_order;
mod resend_order_mail;
mod span;
mod update_order_status;
mod view;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints under `/api/v1/admin`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        list_all_orders::list_all_orders,
        list_order_summaries::list_order_summaries,
        get_any_order::get_any_order,
        update_order_status::update_order_status,
        refund_order::refund_order,
        list_order_mails::list_order_mails,
        resend_order_mail::resend_order_mail,
        get_stats::get_stats,
        list_users::list_users,
        change_role::change_role,
    ]
    .compressed()
}
