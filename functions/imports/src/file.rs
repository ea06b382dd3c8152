//! Reads products from files: JSON Lines, CSV in the columns of the API, and product exports of other shop systems.

mod csv;
mod error;
mod html;
mod input;
mod inspect;
mod jsonl;
mod lines;
mod notices;
mod reader;
mod rejected_line;
mod source;
mod suggest;
#[cfg(test)]
mod tests;

pub use error::FileError;
pub use inspect::Kind;
pub use reader::{Batch, NumberedProduct, ProductReader};
pub use rejected_line::{Reason, RejectedLine};
pub use source::Source;
