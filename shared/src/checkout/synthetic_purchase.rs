//! Synthetic purchases, by which deployments are checked: `docs/decisions/deployment-checks.md`.

use crate::auth::Password;
use crate::db::new_id;
use crate::db::products::{Presentation, ProductDetails, ProductDoc, Products, SortKeys};
use crate::db::users::{Role, UserDoc};
use crate::domain::id::{ProductId, UserId};
use crate::domain::money::Money;
use crate::domain::product::Variant;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::text::Description;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::fail_points::is_impatient;
use crate::state::Shop;
use std::time::Duration;

/// The time after which a synthetic purchase is dead: longer than any function runs.
const LIFETIME: Duration = Duration::from_mins(15);
/// The name of user and product, and the category.
const NAME: &str = "Deployment check";

/// The user and the product of a synthetic purchase. The product is free, and only this user can buy it.
#[derive(Debug)]
pub struct SyntheticPurchase {
    /// The user.
    pub user: UserId,
    /// The user's e-mail address, in a domain that never exists (RFC 2606).
    pub email: String,
    /// The user's password. It is stored nowhere.
    pub password: Password,
    /// The product.
    pub product: ProductId,
    /// The SKU of its only variant.
    pub sku: Sku,
    /// The stock of that SKU.
    pub stock: Stock,
}

/// Creates the user and the product of a synthetic purchase. Nothing in the shop shows them.
///
/// # Errors
/// Those of the database.
pub async fn prepare_synthetic_purchase(shop: &Shop) -> Result<SyntheticPurchase> {
    let user: UserId = new_id();
    let email = format!("{user}@deployment-check.invalid");
    let sku = format!("DEPLOYMENT-CHECK-{user}");
    let (Ok(name), Ok(address), Ok(sku), Ok(stock)) =
        (NAME.parse(), email.parse(), sku.parse::<Sku>(), Stock::try_from(99))
    else {
        return Err(Error::System("the synthetic purchase has an invalid value"));
    };
    let password = Password::generate()?;
    // The user first: by it `maintenance` finds what a dead check has left behind.
    let document = UserDoc {
        id: user,
        name,
        email: address,
        password_hash: shop.passwords.hash(password.clone()).await?,
        role: Role::Customer,
        created_at: shop.now(),
        addresses: Vec::new(),
        credentials_version: 0,
        email_verified_at: Some(shop.now()),
        pending_email: None,
        email_restored_at: None,
    };
    shop.users.insert_synthetic(&document).await?;
    let product = exclusive_product(user, sku.clone(), stock, shop.now())?;
    shop.products.insert_exactly(&product).await?;
    Ok(SyntheticPurchase { user, email, password, product: product.id, sku, stock })
}

/// Removes everything that belongs to a synthetic purchase. Repeatable at any time. Returns false while a request has stock
/// of the product on hold: it can still place an order. `maintenance` removes the rest once it has recovered that checkout.
///
/// # Errors
/// Those of the database.
pub async fn remove_synthetic_purchase(shop: &Shop, user: UserId) -> Result<bool> {
    // Without the product, no request can reserve it any more.
    if !shop.products.remove_exclusive(user).await? {
        return Ok(false);
    }
    shop.orders.remove_synthetic(user).await?;
    shop.carts.remove(user, None).await?;
    shop.sessions.remove_all(user).await?;
    shop.users.remove_synthetic(user).await?;
    Ok(true)
}

/// Returns the time before which the users of dead synthetic purchases were created.
#[must_use]
pub fn synthetic_cutoff(shop: &Shop) -> Timestamp {
    if is_impatient() { shop.now() } else { shop.now().minus(LIFETIME) }
}

fn exclusive_product(user: UserId, sku: Sku, stock: Stock, now: Timestamp) -> Result<ProductDoc> {
    let (Ok(name), Ok(category)) = (NAME.parse(), NAME.parse()) else {
        return Err(Error::System("the synthetic product has an invalid name"));
    };
    let variant = Variant {
        sku,
        size: None,
        color: None,
        options: Vec::new(),
        stock_quantity: stock,
        price_modifier: Money::ZERO,
    };
    let details = ProductDetails {
        name,
        description: Description::default(),
        category,
        base_price: Money::ZERO,
        images: None,
        is_active: Some(false),
        sort_keys: SortKeys::of(Money::ZERO, [&variant])?,
        variants: vec![(variant, Some(stock))],
        presentation: Presentation::default(),
    };
    Ok(ProductDoc { exclusive_to: Some(user), ..ProductDoc::new(Products::exclusive_id(user), details, now) })
}
