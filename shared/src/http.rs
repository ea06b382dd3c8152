//! HTTP: endpoints and their extractors, parsing of input, problems, lists, and what surrounds every request.

mod body;
mod boundary;
mod cached;
mod caller;
mod cursor;
mod endpoints;
mod extractors;
mod from_input;
mod headers;
mod input;
pub mod openapi;
mod path;
mod problem;
mod query;
mod reject_unknown_query;
mod schemas;
pub mod views;

pub use body::{Json, read_body};
pub use boundary::app;
pub use cached::{Cached, IfNoneMatch, version_tag};
pub use caller::Caller;
pub use cursor::{Cursor, Limit, List, Paging};
pub use endpoints::{Access, Argument, Endpoint, Endpoints, Requirements};
#[doc(hidden)]
pub use endpoints::{paste, routes};
pub use extractors::{Admin, Customer, MaybeAdmin};
pub use headers::{IfMatch, single_header};
pub use input::{Fields, FromInput, Input, ValidationErrors};
pub use path::{Path, PathPair};
pub use problem::Problem;
pub use query::{FromQuery, Query};
pub use schemas::component;
