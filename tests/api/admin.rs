//! Administration: orders, refunds, users and statistics.

mod cancel_order;
mod change_role;
mod get_any_order;
mod get_stats;
mod list_all_orders;
mod list_order_summaries;
mod list_users;
mod order_mails;
mod refund_disputed_order;
mod refund_key;
pub(crate) mod refund_order;
mod refund_rejections;
mod update_order_status;
