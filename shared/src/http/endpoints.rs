//! The endpoints of a function: handlers, and the requirements that follow from their signatures.
//!
//! Access is declared once, as an argument of the handler: [`Customer`](super::Customer) or [`Admin`](super::Admin).
//! The `security` of the OpenAPI document and the order of checks are derived from it. Deployed
//! functions contain no part of that document: building it at every cold start took 2.3 million instructions.

use super::access::{Access, Requirements};
#[cfg(feature = "compression")]
use super::compress::compress;
use super::reject_query::reject_query;
use super::require_currency::require_currency;
use super::require_schema::require_schema;
use crate::state::AppState;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::HttpMethod;

#[doc(hidden)]
pub use pastey::paste;

/// One endpoint.
#[derive(Clone)]
pub struct Endpoint {
    path: String,
    handler: MethodRouter<AppState>,
    access: Access,
    reads_query: bool,
    sells: bool,
    awaits_migration: bool,
    #[cfg(feature = "compression")]
    is_read: bool,
    /// Whether long responses are compressed on request.
    #[cfg(feature = "compression")]
    is_compressed: bool,
    #[cfg(feature = "openapi")]
    document: fn() -> OpenApi,
}

/// The endpoints of one or several functions.
#[derive(Clone, Default)]
pub struct Endpoints(Vec<Endpoint>);

/// Lists handlers, by the module and the name of each, as [`Endpoints`]. The calling crate must depend on `utoipa`.
///
/// ```text
/// endpoints![list_orders::list_orders, place_order::place_order]
/// ```
#[macro_export]
macro_rules! endpoints {
    ($($module:ident :: $handler:ident),+ $(,)?) => {
        $crate::http::Endpoints::from_iter([$(
            $crate::http::Endpoint::new::<$crate::http::paste! { $module::[<__path_ $handler>] }, _, _, _>(
                $module::$handler,
                || {
                    #[derive(utoipa::OpenApi)]
                    #[openapi(paths($module::$handler))]
                    struct Document;

                    <Document as utoipa::OpenApi>::openapi()
                },
            )
        ),+])
    };
}

impl Endpoint {
    /// Creates an endpoint of a handler and of `Path`, which `#[utoipa::path]` generates beside it; see
    /// [`crate::endpoints!`].
    #[cfg_attr(not(feature = "openapi"), expect(unused_variables, reason = "deployed functions build no document"))]
    pub fn new<Path, H, T, Arguments>(handler: H, document: fn() -> OpenApi) -> Self
    where
        Path: utoipa::Path,
        H: Handler<T, AppState> + Requirements<Arguments>,
        T: 'static,
    {
        let methods = Path::methods().iter().map(method_filter).reduce(MethodFilter::or);
        Self {
            path: Path::path(),
            handler: methods.map_or_else(MethodRouter::new, |methods| on(methods, handler)),
            access: H::ACCESS,
            reads_query: H::READS_QUERY,
            sells: false,
            awaits_migration: true,
            #[cfg(feature = "compression")]
            is_compressed: false,
            #[cfg(feature = "compression")]
            is_read: Path::methods().iter().all(|method| matches!(method, HttpMethod::Get)),
            #[cfg(feature = "openapi")]
            document,
        }
    }

    /// Adds the endpoint to a router.
    fn add_to(self, router: Router<AppState>, shop: &AppState) -> Router<AppState> {
        let mut handler = self.handler;
        #[cfg(feature = "compression")]
        if self.is_compressed {
            handler = handler.route_layer(axum::middleware::from_fn(compress));
        }
        if !self.reads_query {
            handler = handler.route_layer(from_fn_with_state((shop.clone(), self.access), reject_query));
        }
        if self.sells && !shop.is_currency_verified() {
            handler = handler.route_layer(from_fn_with_state(shop.clone(), require_currency));
        }
        if self.awaits_migration && !shop.is_schema_verified() {
            handler = handler.route_layer(from_fn_with_state(shop.clone(), require_schema));
        }
        router.route(&self.path, handler)
    }

    /// Returns the part of the OpenAPI document that describes the endpoint, and its access.
    #[cfg(feature = "openapi")]
    pub(super) fn document(&self) -> (OpenApi, Access) {
        ((self.document)(), self.access)
    }
}

impl Endpoints {
    /// Marks the endpoints of a function that sells: it serves only a catalogue with prices in the store's currency.
    #[must_use]
    pub fn selling(mut self) -> Self {
        self.0.iter_mut().for_each(|endpoint| endpoint.sells = true);
        self
    }

    /// Marks the endpoints of a function that needs no database: it serves requests before the database is migrated, and
    /// when it does not respond.
    #[must_use]
    pub fn without_database(mut self) -> Self {
        self.0.iter_mut().for_each(|endpoint| endpoint.awaits_migration = false);
        self
    }

    /// Compresses long responses to `GET` on request. Not for a function whose responses contain tokens or other secrets.
    #[cfg(feature = "compression")]
    #[must_use]
    pub fn compressed(mut self) -> Self {
        self.0.iter_mut().for_each(|endpoint| endpoint.is_compressed = endpoint.is_read);
        self
    }

    /// Returns whether an endpoint sells.
    pub(crate) fn sell(&self) -> bool {
        self.0.iter().any(|endpoint| endpoint.sells)
    }

    /// Adds the other endpoints.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    #[cfg(feature = "openapi")]
    pub(super) fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.iter()
    }

    pub(super) fn into_router(self, shop: &AppState) -> Router<AppState> {
        self.0.into_iter().fold(Router::new(), |router, endpoint| endpoint.add_to(router, shop))
    }
}

impl FromIterator<Endpoint> for Endpoints {
    fn from_iter<I: IntoIterator<Item = Endpoint>>(endpoints: I) -> Self {
        Self(endpoints.into_iter().collect())
    }
}

const fn method_filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}
