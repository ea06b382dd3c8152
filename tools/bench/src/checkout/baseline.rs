//! The baseline of the checkout benchmark: one multi-document transaction that reads the cart, takes the stock, inserts
//! the order and deletes the cart. It runs behind the same HTTP layer as the shop's handler, requires the same input,
//! and writes the same order under the same indexes.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use ferrocart::auth::Customer;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::orders::{OrderDoc, OrderItem, PaymentDoc, StatusChange};
use ferrocart::db::products::ProductDoc;
use ferrocart::db::{new_id, transaction};
use ferrocart::domain::address::Address;
use ferrocart::domain::cart;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::http::{IdempotencyKey, Json, app};
use ferrocart::show::OrderView;
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use mongodb::bson::doc;
use mongodb::error::{Error as DbError, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::options::{ReadConcern, ReturnDocument, WriteConcern};
use utoipa_axum::router::OpenApiRouter;

/// What to do after a transient transaction error.
#[derive(Debug, Clone, Copy)]
pub(super) enum Retry {
    /// Start the transaction again immediately.
    Immediately,
    /// Start the transaction again after the driver's delay, which grows with each attempt.
    WithBackoff,
}

/// The body of a request.
struct CheckoutBody {
    shipping_address: Address,
}

from_fields!(CheckoutBody { shipping_address });

/// Returns an app with `POST /api/v1/orders`, implemented by a transaction.
pub(super) fn transaction_app(shop: AppState, retry: Retry) -> Router {
    let place_order = move |State(shop), customer, key, Json(body)| place_order(shop, customer, key, body, retry);
    app(OpenApiRouter::new().route("/api/v1/orders", post(place_order)), shop)
}

struct CheckoutRequest {
    customer: Customer,
    key: Option<IdempotencyKey>,
    address: Address,
}

async fn place_order(
    shop: AppState,
    customer: Customer,
    key: Option<IdempotencyKey>,
    body: CheckoutBody,
    retry: Retry,
) -> Result<(StatusCode, Json<OrderView>)> {
    let request = CheckoutRequest { customer, key, address: body.shipping_address };
    let order = match retry {
        Retry::Immediately => run_with_immediate_retry(&shop, &request).await?,
        Retry::WithBackoff => {
            transaction::run(&shop.database, (&shop, &request), |session, (shop, request)| {
                check_out(session, shop, request).boxed()
            })
            .await?
        }
    };
    Ok((StatusCode::CREATED, Json(OrderView::for_buyer(order?, None)?)))
}

async fn run_with_immediate_retry(shop: &AppState, request: &CheckoutRequest) -> Result<Result<OrderDoc>, DbError> {
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
            Err(error) if error.contains_label(TRANSIENT_TRANSACTION_ERROR) => {}
            outcome => return outcome,
        }
    }
}

async fn commit(session: &mut ClientSession) -> Result<(), DbError> {
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {}
            outcome => return outcome,
        }
    }
}

/// Runs the body of the transaction. The inner error rejects the checkout; the transaction has written nothing then.
async fn check_out(
    session: &mut ClientSession,
    shop: &AppState,
    request: &CheckoutRequest,
) -> Result<Result<OrderDoc>, DbError> {
    let carts = shop.database.collection::<CartDoc>("carts");
    let Some(cart) = carts.find_one(doc! { "user_id": request.customer.id() }).session(&mut *session).await? else {
        return Ok(Err(Error::EmptyCart));
    };
    let mut items = Vec::new();
    for line in &cart.items {
        match decrement_stock(session, shop, line).await? {
            Some(product) => items.push(order_item(line, &product)),
            None => return Ok(Err(Error::InsufficientStock(Vec::new()))),
        }
    }
    let items = items.into_iter().collect::<Result<Vec<_>>>();
    let order = match items.and_then(|items| new_order(shop, request, &cart, items)) {
        Ok(order) => order,
        Err(error) => return Ok(Err(error)),
    };
    shop.database.collection::<OrderDoc>("orders").insert_one(&order).session(&mut *session).await?;
    carts.delete_one(doc! { "_id": cart.id }).session(&mut *session).await?;
    Ok(Ok(order))
}

/// Takes the stock of a line; `None` if there is not enough. Carts of this benchmark have one line, so a shortage never
/// requires stock of another line to be released.
async fn decrement_stock(
    session: &mut ClientSession,
    shop: &AppState,
    line: &CartItem,
) -> Result<Option<ProductDoc>, DbError> {
    let quantity = i64::from(line.quantity.get());
    let enough = doc! { "$elemMatch": { "sku": &line.variant_sku, "stock_quantity": { "$gte": quantity } } };
    let filter = doc! { "_id": line.product_id, "is_active": true, "variants": enough };
    let change = doc! { "variants.$.stock_quantity": quantity.saturating_neg(), "version": 1_i64 };
    let update = doc! { "$inc": change, "$set": { "updated_at": shop.now() } };
    let products = shop.database.collection::<ProductDoc>("products");
    let updated = products.find_one_and_update(filter, update).projection(doc! { "holds": 0 });
    updated.return_document(ReturnDocument::After).session(session).await
}

fn order_item(line: &CartItem, product: &ProductDoc) -> Result<OrderItem> {
    let variant = product.variants.iter().find(|variant| variant.sku == line.variant_sku);
    let variant = variant.ok_or_else(|| Error::ProductUnavailable(vec![line.variant_sku.clone()]))?;
    Ok(OrderItem {
        product_id: product.id,
        name: product.name.clone(),
        sku: variant.sku.clone(),
        size: variant.size.clone(),
        color: variant.color.clone(),
        quantity: line.quantity,
        price_per_unit: variant.price(product.base_price)?,
    })
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
        transaction_id: None,
        status: OrderStatus::Pending,
        total_amount: cart::total(items.iter().map(OrderItem::priced))?,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        shipping_address: request.address.clone(),
        items,
        payment: PaymentDoc { status: PaymentStatus::RequiresPayment, client_secret: None, keys_used: 0 },
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        received: None,
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status: OrderStatus::Pending, at: now, by: Actor::Customer }],
        flags: Vec::new(),
        cart_id: cart.id,
        cart_version: cart.version,
        cart_purchase: cart.purchases,
        idempotency_key: request.key.as_ref().map(|key| key.as_str().to_owned()),
        request_digest: None,
    })
}
