//! HTTP: endpoints and their extractors, parsing of input, problems, lists, and what surrounds every request.

mod access;
mod address_input;
mod base_url;
mod body;
mod boundary;
mod cacheable;
mod caller;
mod client_address;
#[cfg(feature = "compression")]
mod compress;
mod cors;
mod cursor;
mod endpoints;
mod extractors;
mod from_input;
mod headers;
mod input;
mod merge_patch;
#[cfg(feature = "openapi")]
pub mod openapi;
mod order_amount;
mod path;
mod problem;
pub mod product_input;
mod query;
mod raw_fields;
mod reject_query;
mod require_currency;
mod require_schema;
mod schemas;
pub mod views;

pub use access::{Access, Argument, Requirements};
pub use address_input::ReturnedAddress;
pub use base_url::BaseUrl;
pub use body::{Json, has_media_type, read_body};
pub use boundary::app;
pub use cacheable::{Cacheable, IfNoneMatch, permanent_redirect, version_tag};
pub use caller::{Caller, CallerAttempt};
pub use cors::SESSION_HEADER;
pub use cursor::{Cursor, Limit, List, Paging};
#[doc(hidden)]
pub use endpoints::paste;
pub use endpoints::{Endpoint, Endpoints};
pub use extractors::{Admin, Customer, MaybeAdmin};
pub use headers::{IfMatch, single_header};
pub use input::{Fields, FromFields, FromInput, Input, ValidationErrors};
pub use merge_patch::MergePatch;
pub use order_amount::OrderAmount;
pub use path::{Path, PathPair};
pub use problem::Problem;
pub use query::{FromQuery, Query};
pub use schemas::component;
