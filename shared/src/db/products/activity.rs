//! Whether a list has active products.

/// Whether a list has active products, inactive ones, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Activity {
    /// Active products.
    #[default]
    Active,
    /// Inactive products.
    Inactive,
    /// All products.
    Any,
}

impl Activity {
    /// Returns the values of `is_active`. Each is a range of the indexes.
    pub(super) const fn values(self) -> &'static [bool] {
        match self {
            Self::Active => &[true],
            Self::Inactive => &[false],
            Self::Any => &[true, false],
        }
    }
}
