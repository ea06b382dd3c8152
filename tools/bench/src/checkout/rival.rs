//! The checkout that suggests itself: one multi-document transaction that reads the cart, takes the
//! stock, inserts the order and deletes the cart. It is behind the same HTTP boundary, asks for the
//! same things and writes the same order under the same indexes as the shop's own.

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

/// What a transaction does that another one has aborted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Retry {
    /// It begins again.
    AtOnce,
    /// It waits as long as the driver thinks best, a little longer each time, and begins again.
    WithBackoff,
}

/// What a buyer sends.
struct Purchase {
    shipping_address: Address,
}

from_fields!(Purchase { shipping_address });

/// A shop that checks out so.
pub(super) fn rival(shop: AppState, retry: Retry) -> Router {
    let place_order =
        move |State(shop), customer, key, Json(purchase)| place_order(shop, customer, key, purchase, retry);
    app(OpenApiRouter::new().route("/api/v1/orders", post(place_order)), shop)
}

struct Wish {
    customer: Customer,
    key: Option<IdempotencyKey>,
    address: Address,
}

async fn place_order(
    shop: AppState,
    customer: Customer,
    key: Option<IdempotencyKey>,
    purchase: Purchase,
    retry: Retry,
) -> Result<(StatusCode, Json<OrderView>)> {
    let wish = Wish { customer, key, address: purchase.shipping_address };
    let bought = match retry {
        Retry::AtOnce => at_once(&shop, &wish).await?,
        Retry::WithBackoff => {
            transaction::run(&shop.database, (&shop, &wish), |session, (shop, wish)| buy(session, shop, wish).boxed())
                .await?
        }
    };
    Ok((StatusCode::CREATED, Json(OrderView::for_buyer(bought?, None)?)))
}

async fn at_once(shop: &AppState, wish: &Wish) -> Result<Result<OrderDoc>, DbError> {
    let mut session = shop.database.client().start_session().await?;
    loop {
        let transaction = session.start_transaction();
        transaction.read_concern(ReadConcern::snapshot()).write_concern(WriteConcern::majority()).await?;
        let outcome = match buy(&mut session, shop, wish).await {
            Ok(bought) => commit(&mut session).await.map(|()| bought),
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

/// The transaction. A refusal is an answer of its own: nothing has been written then.
async fn buy(session: &mut ClientSession, shop: &AppState, wish: &Wish) -> Result<Result<OrderDoc>, DbError> {
    let carts = shop.database.collection::<CartDoc>("carts");
    let Some(cart) = carts.find_one(doc! { "user_id": wish.customer.id() }).session(&mut *session).await? else {
        return Ok(Err(Error::EmptyCart));
    };
    let mut items = Vec::new();
    for line in &cart.items {
        match take(session, shop, line).await? {
            Some(product) => items.push(freeze(line, &product)),
            None => return Ok(Err(Error::InsufficientStock(Vec::new()))),
        }
    }
    let order = match items.into_iter().collect::<Result<Vec<_>>>().and_then(|items| order(shop, wish, &cart, items)) {
        Ok(order) => order,
        Err(error) => return Ok(Err(error)),
    };
    shop.database.collection::<OrderDoc>("orders").insert_one(&order).session(&mut *session).await?;
    carts.delete_one(doc! { "_id": cart.id }).session(&mut *session).await?;
    Ok(Ok(order))
}

/// Takes the stock of a line. The carts of this benchmark have one, so there is nothing to put back.
async fn take(session: &mut ClientSession, shop: &AppState, line: &CartItem) -> Result<Option<ProductDoc>, DbError> {
    let quantity = i64::from(line.quantity.get());
    let enough = doc! { "$elemMatch": { "sku": &line.variant_sku, "stock_quantity": { "$gte": quantity } } };
    let filter = doc! { "_id": line.product_id, "is_active": true, "variants": enough };
    let change = doc! { "variants.$.stock_quantity": quantity.saturating_neg(), "version": 1_i64 };
    let update = doc! { "$inc": change, "$set": { "updated_at": shop.now() } };
    let products = shop.database.collection::<ProductDoc>("products");
    let taken = products.find_one_and_update(filter, update).projection(doc! { "holds": 0 });
    taken.return_document(ReturnDocument::After).session(session).await
}

fn freeze(line: &CartItem, product: &ProductDoc) -> Result<OrderItem> {
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

fn order(shop: &AppState, wish: &Wish, cart: &CartDoc, items: Vec<OrderItem>) -> Result<OrderDoc> {
    let now = shop.now();
    let id: OrderId = new_id();
    // The end of an id is a counter, so no two have the same number.
    let digits = id.to_string().to_uppercase();
    let (first, second) = digits.split_at(16).1.split_at(4);
    Ok(OrderDoc {
        id,
        order_number: format!("FC-{first}-{second}"),
        user_id: wish.customer.id(),
        transaction_id: None,
        status: OrderStatus::Pending,
        total_amount: cart::total(items.iter().map(OrderItem::priced))?,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        shipping_address: wish.address.clone(),
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
        idempotency_key: wish.key.as_ref().map(|key| key.as_str().to_owned()),
        request_digest: None,
    })
}
