//! `GET /auth/me/export`: exports all personal data of the account.

use crate::list_sessions::SessionView;
use crate::view::UserView;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenPurpose};
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::http::views::OrderView;
use ferrocart::{AppState, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// All personal data of an account, except hashes of the password and of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct ExportView {
    exported_at: Timestamp,
    account: UserView,
    /// The sessions, last used first.
    sessions: Vec<SessionView>,
    /// The links of mails about the account that have neither expired nor been used, the first to expire first.
    links: Vec<ExportedLink>,
    /// The cart; null if there is none.
    cart: Option<ExportedCart>,
    /// The orders, latest first.
    orders: Vec<OrderView>,
}

/// A link of a mail, without its token.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedLink {
    /// What the link permits.
    purpose: TokenPurpose,
    /// The address to which it was sent.
    email: Email,
    expires_at: Timestamp,
}

/// A cart as it is stored, without prices.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedCart {
    items: Vec<ExportedItem>,
    updated_at: Timestamp,
}

/// A line of a cart as it is stored.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedItem {
    product_id: ProductId,
    variant_sku: Sku,
    quantity: Quantity,
}

/// Exports all personal data of the account
///
/// The export contains the account with its addresses, the sessions, the links of mails, the cart and all orders, as a JSON file
/// to save.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me/export",
    tag = "auth",
    responses((status = 200, description = "The export, as a file to save", body = ExportView, headers(
        ("Content-Disposition" = String, description = "The suggested file name"),
    )))
)]
pub(crate) async fn export_me(
    State(shop): State<AppState>,
    customer: Customer,
) -> Result<([(axum::http::HeaderName, &'static str); 1], Json<ExportView>)> {
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    let sessions = shop.sessions.list(customer.id(), None, 0).await?;
    let orders = customer.orders(&shop).list(None, 0).await?;
    // A file outlives the payment: it contains no client secret.
    let orders = orders.into_iter().map(|order| OrderView::for_admin(order, shop.config.stripe.as_ref()));
    let export = ExportView {
        exported_at: shop.now(),
        account: user.into(),
        sessions: sessions.into_iter().map(|session| SessionView::of(session, customer.session())).collect(),
        links: shop.account_tokens.list(customer.id(), shop.now()).await?.into_iter().map(ExportedLink::from).collect(),
        cart: shop.carts.by_user(customer.id()).await?.map(ExportedCart::from),
        orders: orders.collect::<Result<_, _>>()?,
    };
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"ferrocart-export.json\"")], Json(export)))
}

impl From<AccountTokenDoc> for ExportedLink {
    fn from(AccountTokenDoc { purpose, email, expires_at, .. }: AccountTokenDoc) -> Self {
        Self { purpose, email, expires_at }
    }
}

impl From<CartDoc> for ExportedCart {
    fn from(cart: CartDoc) -> Self {
        Self { items: cart.items.into_iter().map(ExportedItem::from).collect(), updated_at: cart.updated_at }
    }
}

impl From<CartItem> for ExportedItem {
    fn from(CartItem { product_id, variant_sku, quantity, thumbnail: _ }: CartItem) -> Self {
        Self { product_id, variant_sku, quantity }
    }
}
