//! What all functions have in common about HTTP: parsing at the door, problems, lists, the boundary.

mod body;
mod boundary;
mod cached;
mod caller;
mod cursor;
mod headers;
mod input;
mod no_query;
pub mod openapi;
mod path;
mod problem;
mod query;
mod schemas;
mod shown;

pub use body::{Json, read_body};
pub use boundary::{DEADLINE, app};
pub use cached::{Cached, IfNoneMatch, version_tag};
pub use caller::Caller;
pub use cursor::{Cursor, CursorKey, Limit, List, Paging};
pub use headers::{IdempotencyKey, IfMatch, only_value};
pub use input::{Fields, FromInput, Input, Refusal};
pub use path::{Path, PathPair};
pub use problem::Problem;
pub use query::{FromQuery, Query};
pub use schemas::component;
