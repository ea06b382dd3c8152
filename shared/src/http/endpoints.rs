//! The endpoints of a function: handlers, and what their signatures say about them.
//!
//! Access is declared once, as an argument of the handler: [`Customer`](super::Customer) or [`Admin`](super::Admin). The
//! `security` of the OpenAPI document and the order of checks are derived from it. The document itself is built only on
//! demand: building it at every cold start took 2.3 million instructions.

use crate::state::AppState;
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, on};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, OpenApiBuilder};
use utoipa_axum::PathItemExt;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

#[doc(hidden)]
pub use {pastey::paste, utoipa_axum::routes};

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone; an access token is ignored.
    Public,
    /// Everyone; administrators receive more.
    Optional,
    /// Every user with a valid access token.
    Customer,
    /// Administrators.
    Admin,
}

/// An argument of a handler, with what it requires of a request.
pub trait Argument {
    /// Who may call an endpoint with this argument.
    const ACCESS: Access = Access::Public;
    /// Whether the argument is read from the query.
    const READS_QUERY: bool = false;
}

impl Argument for State<AppState> {}
impl Argument for Request {}
impl<T: Argument> Argument for Option<T> {}

/// A handler, with what its arguments require together.
pub trait Requirements<Arguments> {
    /// Who may call it: the strictest of its arguments decides.
    const ACCESS: Access;
    /// Whether it takes query parameters.
    const READS_QUERY: bool;
}

macro_rules! requirements {
    ($($argument:ident)*) => {
        impl<F, Fut, $($argument: Argument),*> Requirements<($($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> Fut,
        {
            const ACCESS: Access = strictest(&[$($argument::ACCESS),*]);
            const READS_QUERY: bool = false $(|| $argument::READS_QUERY)*;
        }
    };
}

requirements!();
requirements!(A);
requirements!(A B);
requirements!(A B C);
requirements!(A B C D);
requirements!(A B C D E);
requirements!(A B C D E G);

const fn strictest(mut all: &[Access]) -> Access {
    let mut strictest = Access::Public;
    while let [first, rest @ ..] = all {
        strictest = match (strictest, *first) {
            (Access::Admin, _) | (_, Access::Admin) => Access::Admin,
            (Access::Customer, _) | (_, Access::Customer) => Access::Customer,
            (Access::Optional, _) | (_, Access::Optional) => Access::Optional,
            (Access::Public, Access::Public) => Access::Public,
        };
        all = rest;
    }
    strictest
}

/// One endpoint.
#[derive(Clone)]
pub struct Endpoint {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) access: Access,
    pub(super) reads_query: bool,
    handler: MethodRouter<AppState>,
    document: fn() -> UtoipaMethodRouter<AppState>,
}

/// The endpoints of one or several functions.
#[derive(Clone, Default)]
pub struct Endpoints(Vec<Endpoint>);

/// Lists handlers, by the module and the name of each, as [`Endpoints`].
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
                || $crate::http::routes!($module::$handler),
            )
        ),+])
    };
}

impl Endpoint {
    /// An endpoint of a handler and of `Path`, which `#[utoipa::path]` generates beside it; see [`crate::endpoints!`].
    pub fn new<Path, H, T, Arguments>(handler: H, document: fn() -> UtoipaMethodRouter<AppState>) -> Self
    where
        Path: utoipa::Path,
        H: Handler<T, AppState> + Requirements<Arguments>,
        T: 'static,
    {
        let method = Path::methods().pop().unwrap_or(HttpMethod::Get);
        Self {
            method: match method {
                HttpMethod::Post => Method::POST,
                HttpMethod::Put => Method::PUT,
                HttpMethod::Patch => Method::PATCH,
                HttpMethod::Delete => Method::DELETE,
                HttpMethod::Head => Method::HEAD,
                HttpMethod::Options => Method::OPTIONS,
                HttpMethod::Trace => Method::TRACE,
                HttpMethod::Get => Method::GET,
            },
            path: Path::path(),
            access: H::ACCESS,
            reads_query: H::READS_QUERY,
            handler: on(method.to_method_filter(), handler),
            document,
        }
    }
}

impl Endpoints {
    /// These endpoints and the others.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.iter()
    }

    pub(super) fn into_router(self) -> Router<AppState> {
        self.0.into_iter().fold(Router::new(), |router, endpoint| router.route(&endpoint.path, endpoint.handler))
    }

    /// Returns the part of the OpenAPI document that describes these endpoints.
    #[must_use]
    pub fn openapi(&self) -> OpenApi {
        let empty = OpenApiBuilder::new().build();
        self.0.iter().fold(empty, |mut document, endpoint| {
            let mut described = OpenApiRouter::new().routes((endpoint.document)()).into_openapi();
            super::openapi::operations(&mut described.paths).for_each(|it| it.security = security(endpoint.access));
            document.merge(described);
            document
        })
    }
}

impl FromIterator<Endpoint> for Endpoints {
    fn from_iter<I: IntoIterator<Item = Endpoint>>(endpoints: I) -> Self {
        Self(endpoints.into_iter().collect())
    }
}

fn security(access: Access) -> Option<Vec<SecurityRequirement>> {
    let bearer = |scopes: &[&str]| SecurityRequirement::new("bearer", scopes.iter().copied());
    match access {
        Access::Public => None,
        // The empty requirement stands for a request without a token.
        Access::Optional => Some(vec![SecurityRequirement::default(), bearer(&[])]),
        Access::Customer => Some(vec![bearer(&[])]),
        Access::Admin => Some(vec![bearer(&["admin"])]),
    }
}
