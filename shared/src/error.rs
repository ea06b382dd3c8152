//! Every way a request can fail, independent of HTTP: only `http/problem/` maps errors to statuses.

use crate::domain::cart::UnpayableTotal;
use crate::domain::id::OrderId;
use crate::domain::money::{Amount, Currency, Overflow};
use crate::domain::order::{InvalidTransition, ShippingBlock};
use crate::domain::sku::Shortage;
use crate::domain::sku::Sku;
use crate::domain::validation::ValidationError;
use crate::media::MediaError;
use crate::payments::StripeError;

/// A result with [`Error`] as its error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way a request can fail. The text is for clients and reveals nothing about the inside; causes are only logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is not valid JSON.
    #[error("the body is malformed: {0}")]
    MalformedBody(String),
    /// Query parameters are unknown or invalid.
    #[error("some query parameters are invalid")]
    MalformedQuery(Vec<FieldError>),
    /// A header is invalid.
    #[error("the header {name} {reason}")]
    MalformedHeader {
        /// The name of the header.
        name: &'static str,
        /// What is wrong with it: "must be ..".
        reason: &'static str,
    },
    /// A request that is not idempotent lacks an idempotency key.
    #[error("the header Idempotency-Key is required: without it, a repeated request would take effect twice")]
    IdempotencyKeyRequired,
    /// A cursor was tampered with, or belongs to another list.
    #[error("the cursor is invalid for this list")]
    InvalidCursor,
    /// The access token is missing or invalid.
    #[error("a valid access token is required")]
    Unauthenticated,
    /// The access token has expired.
    #[error("the access token has expired")]
    TokenExpired,
    /// The e-mail address, password or refresh token is wrong.
    #[error("invalid credentials")]
    InvalidCredentials,
    /// The access token is valid, but its user lacks the role.
    #[error("insufficient permissions")]
    Forbidden,
    /// A request with a session in a cookie comes from a page that may not send cookies.
    #[error("sessions in cookies require the header Origin with an origin that the shop lists")]
    OriginNotAllowed,
    /// Too many attempts.
    #[error("too many attempts; retry in {retry_after} s")]
    RateLimited {
        /// Seconds until the next attempt is admitted.
        retry_after: u64,
    },
    /// The resource does not exist, or belongs to another user.
    #[error("resource not found")]
    NotFound,
    /// The shop knows no storefront.
    #[error("the shop has no sitemap and no product feed, because the URL of its storefront is not configured")]
    NoStorefront,
    /// The path exists, but not with this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The e-mail address is registered already.
    #[error("an account with this e-mail address already exists")]
    EmailTaken,
    /// The change would leave the shop without an administrator.
    #[error("the last administrator cannot be removed")]
    LastAdmin,
    /// Another product has one of the SKUs.
    #[error("another product has one of these SKUs")]
    SkuTaken,
    /// Another product has, or once had, the slug.
    #[error("another product has or had this slug")]
    SlugTaken,
    /// One or more lines exceed the stock.
    #[error("insufficient stock")]
    InsufficientStock(Vec<Shortage>),
    /// Variants that do not exist or are not for sale.
    #[error("no longer available: {}", skus(.0))]
    ProductUnavailable(Vec<Sku>),
    /// The total differs from the one that the buyer expects.
    #[error("the total has changed to {actual}")]
    TotalChanged {
        /// The current total.
        actual: Amount,
    },
    /// Stripe cannot charge the total.
    #[error(transparent)]
    UnpayableTotal(#[from] UnpayableTotal),
    /// The buyer has too many unpaid orders: these.
    #[error("too many unpaid orders; pay or cancel one of them first")]
    TooManyUnpaidOrders(Vec<OrderId>),
    /// An earlier request has bought the cart, with this order.
    #[error("the cart has already been ordered")]
    CartAlreadyOrdered(OrderId),
    /// The order's status does not allow the transition.
    #[error(transparent)]
    InvalidTransition(#[from] InvalidTransition),
    /// The payment is under way, so the order cannot be cancelled.
    #[error("the payment is being processed")]
    PaymentProcessing {
        /// Why Stripe refuses to cancel the payment, if it was asked.
        reason: Option<String>,
    },
    /// An unpaid order cannot be refunded.
    #[error("the order has not been paid")]
    NotPaid,
    /// The refund exceeds the refundable amount.
    #[error("only {refundable} can still be refunded")]
    RefundExceedsPaid {
        /// The amount that can still be refunded.
        refundable: Amount,
    },
    /// Stripe or the bank has rejected the refund.
    #[error("the refund was rejected: {reason}")]
    RefundRefused {
        /// Stripe's code for the reason, or Stripe's message if it has no code.
        reason: String,
    },
    /// The order must not be shipped.
    #[error("the order must not be shipped: {}", .0.as_str())]
    ShippingBlocked(ShippingBlock),
    /// A request with the same key, or for the same cart, is in progress.
    #[error("a request with this idempotency key is in progress")]
    IdempotencyInProgress,
    /// The key was used with another request.
    #[error("the idempotency key was used for a different request")]
    IdempotencyKeyReused,
    /// The shop has no image bucket.
    #[error("this shop stores no images: use the URLs of images on other servers")]
    ImagesDisabled,
    /// The upload was replaced while it was inspected.
    #[error("the upload has changed; complete it again")]
    UploadChanged,
    /// `If-Match` names an older version.
    #[error("the resource has been modified")]
    VersionMismatch,
    /// The body is too large.
    #[error("the body exceeds 256 KiB")]
    PayloadTooLarge,
    /// A file has more bytes or products than one request can import.
    #[error(
        "the file has more than {max_products} products or {max_bytes} bytes: split it, or use the command `ferrocart import`"
    )]
    ImportTooLarge {
        /// The maximum number of products.
        max_products: usize,
        /// The maximum size of the file.
        max_bytes: usize,
    },
    /// A file is no table of products, for this reason.
    #[error("the file cannot be imported: {0}")]
    UnusableFile(String),
    /// The content type is not the expected one.
    #[error("the content type must be {0}")]
    UnsupportedMediaType(&'static str),
    /// Invalid fields of the body, all of them.
    #[error("some fields are invalid")]
    Validation(Vec<FieldError>),
    /// The cart has no lines.
    #[error("the cart is empty")]
    EmptyCart,
    /// The signature of a webhook is invalid.
    #[error("invalid signature")]
    InvalidSignature,
    /// The request exceeded its deadline.
    #[error("the request timed out")]
    DeadlineExceeded,
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
    /// A setting that the request depends on is missing.
    #[error("{0} is not configured")]
    NotConfigured(&'static str),
    /// The catalogue has prices in another currency than the store's.
    #[error(
        "the prices of the catalogue are in {catalogue}, but STORE_CURRENCY is {configured}: set STORE_CURRENCY to \
        {catalogue}, or use another database for a catalogue in {configured}"
    )]
    CurrencyChanged {
        /// The currency of the catalogue.
        catalogue: Currency,
        /// The setting.
        configured: Currency,
    },
    /// The database awaits the migration of this release.
    #[error("the database has schema version {stored}, but this release requires {required}: run its migration")]
    SchemaOutdated {
        /// The version of the database; 0 before the first migration.
        stored: i32,
        /// The version of this release.
        required: i32,
    },
    /// An amount exceeded 64 bits.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The database failed or cannot be reached.
    #[error("the database failed")]
    Database(#[from] mongodb::error::Error),
    /// A document could not be encoded or decoded.
    #[error("a document could not be converted")]
    Bson(#[from] bson::error::Error),
    /// Stripe returned an error or cannot be reached.
    #[error("Stripe failed")]
    Stripe(#[from] StripeError),
    /// S3 returned an error or cannot be reached.
    #[error("S3 failed")]
    Media(#[from] MediaError),
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Hash(#[from] bcrypt::BcryptError),
    /// A token could not be signed.
    #[error("a token could not be signed")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// A failure of the environment, such as missing randomness.
    #[error("{0}")]
    System(&'static str),
}

/// An invalid field of a body, or an invalid query parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub error: ValidationError,
}

impl Error {
    /// Returns the error for one field of the body that is invalid in the context of the others.
    #[must_use]
    pub fn field(pointer: &str, error: ValidationError) -> Self {
        Self::Validation(vec![FieldError { pointer: pointer.to_owned(), error }])
    }
}

/// Returns the causes of an error on one line, outermost first.
pub(crate) fn chain(error: &Error) -> String {
    std::error::Error::source(error).map(describe).unwrap_or_default()
}

/// Returns an error and its causes on one line, outermost first.
#[must_use]
pub fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<mongodb::error::Error>() {
            // Its own text has the whole response of the server.
            texts.push(error.kind.to_string());
            break;
        }
        texts.push(error.to_string());
        next = error.source();
    }
    texts.join(": ")
}

fn skus(skus: &[Sku]) -> String {
    skus.iter().map(Sku::as_str).collect::<Vec<_>>().join(", ")
}
