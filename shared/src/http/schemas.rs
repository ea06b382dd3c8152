//! The OpenAPI schemas of the domain's types.

mod address;

use crate::auth::{CartToken, OrderToken};
use crate::db::account_tokens::TokenPurpose;
use crate::db::orders::Flag;
use crate::db::products::ProductSort;
use crate::db::users::Role;
use crate::domain::address::{AddressKind, Country};
use crate::domain::cart_merge::{ChangeReason, MergeMode};
use crate::domain::dispute::DisputeStatus;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, ImageId, NotificationId, OrderId, ProductId, RefundId, SessionId, UserId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::image_details::Pixels;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::notification::{NotificationKind, NotificationReason, NotificationState};
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::domain::product_options::OptionName;
use crate::domain::quantity::{Quantity, Stock, StockChange};
use crate::domain::refund::RefundStatus;
use crate::domain::search::SearchText;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{MultilineText, Text};
use crate::domain::time::Timestamp;
use crate::domain::url::WebUrl;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn enumeration<const N: usize>(values: [&'static str; N]) -> ObjectBuilder {
    text().enum_values(Some(values))
}

fn number(from: i64, to: u32) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(from)).maximum(Some(to))
}

fn amount(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Number).description(Some(description)).examples([serde_json::json!(19.99)])
}

macro_rules! schemas {
    ($($type:ty => $schema:expr;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                RefOr::T(Schema::Object(Object::from($schema)))
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                let path = stringify!($type);
                Cow::Borrowed(path)
            }
        }
    )+};
}

fn id() -> ObjectBuilder {
    text().pattern(Some("^[0-9a-f]{24}$")).examples([serde_json::json!("6740a1b2c3d4e5f601234567")])
}

schemas! {
    AddressId => id();
    ImageId => id();
    NotificationId => id();
    OrderId => id();
    ProductId => id();
    RefundId => id();
    SessionId => id();
    UserId => id();
    Actor => enumeration(Actor::ALL.map(Actor::as_str));
    AddressKind => enumeration(["shipping", "billing"]);
    Amount => amount("An amount in major units of `currency`, with all decimals of the currency.");
    CartToken => text().pattern(Some("^cart_[A-Za-z0-9_-]{43}$"));
    ChangeReason => enumeration(ChangeReason::ALL.map(ChangeReason::as_str));
    Country => text().pattern(Some("^[A-Za-z]{2}$")).description(Some("An ISO 3166-1 alpha-2 code.")).examples([serde_json::json!("US")]);
    Currency => text().pattern(Some("^[A-Z]{3}$")).description(Some("An ISO 4217 code.")).examples([serde_json::json!("USD")]);
    Flag => enumeration(Flag::ALL.map(Flag::as_str));
    ImageKind => enumeration(ImageKind::ALL.map(ImageKind::as_str));
    ImageLength => number(1, ImageLength::MAX).description(Some("A size in bytes: at most 10 MiB."));
    Email => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Email))).max_length(Some(254));
    MergeMode => enumeration(MergeMode::ALL.map(MergeMode::as_str)).description(Some("`sum` adds the quantities, `replace` removes the lines of the account's cart first."));
    Money => amount("An amount in major units of the store's currency. It must be a multiple of the minor unit.");
    OrderToken => text().pattern(Some("^order_[A-Za-z0-9_-]{43}$"));
    OrderStatus => enumeration(OrderStatus::ALL.map(OrderStatus::as_str));
    DisputeStatus => enumeration(DisputeStatus::ALL.map(DisputeStatus::as_str));
    NotificationKind => enumeration(NotificationKind::ALL.map(NotificationKind::as_str));
    NotificationReason => enumeration(NotificationReason::ALL.map(NotificationReason::as_str));
    NotificationState => enumeration(NotificationState::ALL.map(NotificationState::as_str));
    OptionName => text().min_length(Some(1)).max_length(Some(OptionName::MAX)).pattern(Some("^[^:]+$")).description(Some("`Size` and `Color` are the size and the colour of a variant."));
    Pixels => number(1, Pixels::MAX);
    PaymentStatus => enumeration(PaymentStatus::ALL.map(PaymentStatus::as_str));
    ProductSort => enumeration(ProductSort::ALL.map(ProductSort::as_str));
    Quantity => number(1, 99);
    RefundStatus => enumeration(RefundStatus::ALL.map(RefundStatus::as_str));
    Role => enumeration(Role::ALL.map(Role::as_str));
    TokenPurpose => enumeration(TokenPurpose::ALL.map(TokenPurpose::as_str));
    SearchText => text().min_length(Some(1)).max_length(Some(SearchText::MAX));
    Sku => text().pattern(Some("^[A-Za-z0-9._-]{1,64}$")).examples([serde_json::json!("TEE-RED-M")]);
    Slug => text().pattern(Some("^[a-z0-9]+(-[a-z0-9]+)*$")).max_length(Some(Slug::MAX)).examples([serde_json::json!("harbor-tee")]);
    Stock => number(0, Stock::MAX);
    StockChange => number(i64::from(Stock::MAX).saturating_neg(), Stock::MAX).description(Some("Must not be 0."));
    Timestamp => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    WebUrl => text().format(Some(SchemaFormat::Custom("uri".to_owned()))).max_length(Some(2048));
}

impl<const MAX: usize> PartialSchema for Text<MAX> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(Object::from(text().min_length(Some(1)).max_length(Some(MAX)))))
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MAX}"))
    }
}

impl<const MAX: usize> PartialSchema for MultilineText<MAX> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(Object::from(text().max_length(Some(MAX)))))
    }
}

impl<const MAX: usize> ToSchema for MultilineText<MAX> {
    fn name() -> Cow<'static, str> {
        // Clients have generated types from this name.
        Cow::Owned(format!("Prose{MAX}"))
    }
}

/// Returns the name and the schema of a type, as a component of the document.
#[must_use]
pub fn component<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}
