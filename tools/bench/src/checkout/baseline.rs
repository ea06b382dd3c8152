//! The baseline of the checkout benchmark: one multi-document transaction that reads the cart, takes the stock, inserts
//! the order and deletes the cart. It runs behind the same HTTP layer as the shop's handler, requires the same input,
//! and writes the same order under the same indexes.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::orders::{OrderDoc, OrderItem, PaymentDoc, StatusChange};
use ferrocart::db::products::ProductDoc;
use ferrocart::db::{new_id, transaction};
use ferrocart::domain::address::Address;
use ferrocart::domain::cart;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::idempotency_key::IdempotencyKey;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Customer, Json, app};
use ferrocart::{AppState, Error, Result, endpoints, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use mongodb::bson::doc;
use mongodb::error::{TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::options::{ReadConcern, ReturnDocument, WriteConcern};

/// What to do after a transient transaction error.
#[derive(Debug, Clone, Copy)]
pub(super) enum Retry {
    /// Start the transaction again immediately.
    Immediately,
    /// Start the transaction again after the driver's delay, which grows with each attempt.
    WithBackoff,
}

/// The body of a request.
#[derive(utoipa::ToSchema)]
struct CheckoutBody {
    shipping_address: Address,
}

from_fields!(CheckoutBody { shipping_address });

/// Returns an app with `POST /api/v1/orders`, implemented by a transaction.
pub(super) fn transaction_app(shop: AppState, retry: Retry) -> Router {
    match retry {
        Retry::Immediately => app(endpoints![retrying_immediately::place_order], shop),
        Retry::WithBackoff => app(endpoints![retrying_with_backoff::place_order], shop),
    }
}

struct CheckoutRequest {
    customer: Customer,
    key: Option<IdempotencyKey>,
    address: Address,
}

mod retrying_immediately {
    use super::{
        AppState, CheckoutBody, CheckoutRequest, Customer, IdempotencyKey, Json, OrderView, Result, State, StatusCode,
        created, run_with_immediate_retry,
    };

    /// Buys what is in the cart
    #[utoipa::path(post, path = "/api/v1/orders", request_body = CheckoutBody, responses((status = 201)))]
    pub(super) async fn place_order(
        State(shop): State<AppState>,
        customer: Customer,
        key: Option<IdempotencyKey>,
        Json(body): Json<CheckoutBody>,
    ) -> Result<(StatusCode, Json<OrderView>)> {
        let request = CheckoutRequest { customer, key, address: body.shipping_address };
        created(run_with_immediate_retry(&shop, &request).await?)
    }
}

mod retrying_with_backoff {
    use super::{
        AppState, CheckoutBody, CheckoutRequest, Customer, FutureExt, IdempotencyKey, Json, OrderView, Result, State,
        StatusCode, check_out, created, transaction,
    };

    /// Buys what is in the cart
    #[utoipa::path(post, path = "/api/v1/orders", request_body = CheckoutBody, responses((status = 201)))]
    pub(super) async fn place_order(
        State(shop): State<AppState>,
        customer: Customer,
        key: Option<IdempotencyKey>,
        Json(body): Json<CheckoutBody>,
    ) -> Result<(StatusCode, Json<OrderView>)> {
        let request = CheckoutRequest { customer, key, address: body.shipping_address };
        let order = transaction::run(&shop.database, (&shop, &request), |session, &(shop, request)| {
            check_out(session, shop, request).boxed()
        });
        created(order.await?)
    }
}

fn created(order: OrderDoc) -> Result<(StatusCode, Json<OrderView>)> {
    Ok((StatusCode::CREATED, Json(OrderView::for_buyer(order, None)?)))
}

async fn run_with_immediate_retry(shop: &AppState, request: &CheckoutRequest) -> Result<OrderDoc> {
    let mut session = shop.database.client().start_session().await?;
    loop {
        let transaction = session.start_transaction();
        transaction.read_concern(ReadConcern::snapshot()).write_concern(WriteConcern::majority()).await?;
        let outcome = match check_out(&mut session, shop, request).await {
            Ok(order) => commit(&mut session).await.map(|()| order),
            Err(error) => {
                session.abort_transaction().await?;
                Err(error)
            }
        };
        match outcome {
            Err(Error::Database(error)) if error.contains_label(TRANSIENT_TRANSACTION_ERROR) => {}
            outcome => return outcome,
        }
    }
}

async fn commit(session: &mut ClientSession) -> Result<()> {
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {}
            outcome => return Ok(outcome?),
        }
    }
}

/// Runs the body of the transaction. After an error it is aborted.
async fn check_out(session: &mut ClientSession, shop: &AppState, request: &CheckoutRequest) -> Result<OrderDoc> {
    let carts = shop.database.collection::<CartDoc>("carts");
    let cart = carts.find_one(doc! { "user_id": request.customer.id() }).session(&mut *session).await?;
    let cart = cart.ok_or(Error::EmptyCart)?;
    let mut items = Vec::new();
    for line in &cart.items {
        let product = decrement_stock(session, shop, line).await?;
        items.push(order_item(line, &product.ok_or_else(|| Error::InsufficientStock(Vec::new()))?)?);
    }
    let order = new_order(shop, request, &cart, items)?;
    shop.database.collection::<OrderDoc>("orders").insert_one(&order).session(&mut *session).await?;
    carts.delete_one(doc! { "_id": cart.id }).session(&mut *session).await?;
    Ok(order)
}

/// Takes the stock of a line; `None` if there is not enough. Carts of this benchmark have one line, so a shortage never
/// requires stock of another line to be released.
async fn decrement_stock(session: &mut ClientSession, shop: &AppState, line: &CartItem) -> Result<Option<ProductDoc>> {
    let quantity = i64::from(line.quantity.get());
    let enough = doc! { "$elemMatch": { "sku": &line.variant_sku, "stock_quantity": { "$gte": quantity } } };
    let filter = doc! { "_id": line.product_id, "is_active": true, "variants": enough };
    let change = doc! { "variants.$.stock_quantity": quantity.saturating_neg(), "version": 1_i64 };
    let update = doc! { "$inc": change, "$set": { "updated_at": shop.now() } };
    let products = shop.database.collection::<ProductDoc>("products");
    let updated = products.find_one_and_update(filter, update).projection(doc! { "holds": 0 });
    Ok(updated.return_document(ReturnDocument::After).session(session).await?)
}

fn order_item(line: &CartItem, product: &ProductDoc) -> Result<OrderItem> {
    let variant = product.variants.iter().find(|variant| variant.sku == line.variant_sku);
    let variant = variant.ok_or_else(|| Error::ProductUnavailable(vec![line.variant_sku.clone()]))?;
    Ok(OrderItem::new(product, variant, line.quantity)?)
}

fn new_order(shop: &AppState, request: &CheckoutRequest, cart: &CartDoc, items: Vec<OrderItem>) -> Result<OrderDoc> {
    let now = shop.now();
    let id: OrderId = new_id();
    // The last digits of an id are a counter, so order numbers are unique.
    let digits = id.to_string().to_uppercase();
    let (first, second) = digits.split_at(16).1.split_at(4);
    Ok(OrderDoc {
        id,
        order_number: format!("FC-{first}-{second}"),
        user_id: request.customer.id(),
        guest: None,
        transaction_id: None,
        status: OrderStatus::Pending,
        total_amount: cart::total(items.iter().map(OrderItem::priced))?,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        reconcile_at: now,
        shipping_address: request.address.clone(),
        items,
        payment: PaymentDoc::new(PaymentStatus::RequiresPayment),
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        mismatched_payment: None,
        disputes: Vec::new(),
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status: OrderStatus::Pending, at: now, by: Actor::Customer }],
        flags: Vec::new(),
        cart_id: cart.id,
        cart_version: cart.version,
        cart_purchase: cart.purchases,
        idempotency_key: request.key.as_ref().map(|key| key.as_str().to_owned()),
        request_digest: None,
        buyer_erased_at: None,
        network: None,
        notifications: Vec::new(),
        is_synthetic: false,
    })
}
