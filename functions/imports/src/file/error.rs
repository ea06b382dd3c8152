//! Why a whole file cannot be imported.

use std::io;

/// Why a whole file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Its content is no table of products. The text says what to do.
    #[error("{0}")]
    Unusable(String),
    /// It cannot be read.
    #[error("cannot {action}")]
    Unreadable {
        /// What failed: "open FILE".
        action: String,
        /// Why.
        source: io::Error,
    },
    /// A product could not be converted to JSON.
    #[error("a product could not be converted")]
    Conversion(#[from] serde_json::Error),
}

impl FileError {
    pub(super) fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable(reason.into())
    }

    /// Returns the conversion of an error of the file system.
    pub(super) fn unreadable(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Unreadable { action, source }
    }
}

impl From<io::Error> for FileError {
    fn from(source: io::Error) -> Self {
        Self::Unreadable { action: "read the file".to_owned(), source }
    }
}
