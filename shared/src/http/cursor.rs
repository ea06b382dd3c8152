//! Pages of lists: `limit`, and a keyset cursor that is signed and bound to its list and filters.

use super::input::{FromInput, Input, ValidationErrors};
use crate::auth::{CURSOR_TAG_BYTES, CursorKey};
use crate::domain::validation::ValidationError;
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum length of a cursor in characters. The positions of the shop's lists are shorter.
const MAX_CURSOR: usize = 4 * 1024;

/// The number of items per page: 1 to 100, by default 20.
#[derive(Debug, Clone, Copy)]
pub struct Limit(u8);

impl Limit {
    /// The default.
    pub const DEFAULT: Self = Self(20);

    /// Returns the limit plus one: the additional row shows whether there is another page.
    #[must_use]
    pub fn and_one(self) -> i64 {
        i64::from(self.0).saturating_add(1)
    }

    /// Returns the number of items.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl FromInput for Limit {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        match u8::try_from(input.integer()?) {
            Ok(limit @ 1..=100) => Ok(Self(limit)),
            _ => Err(input.error(ValidationError::new("out_of_range", "must be a whole number from 1 to 100"))),
        }
    }
}

/// A cursor as received from a client; its signature is not verified yet.
#[derive(Debug, Clone)]
pub struct Cursor(String);

impl FromInput for Cursor {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(Self(input.text()?.into_owned()))
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The value of `cursor` for the next page; null if this is the last page.
    pub next_cursor: Option<String>,
}

/// The pages of one list under one set of filters.
#[derive(Debug)]
pub struct Paging<'a> {
    key: &'a CursorKey,
    scope: String,
    limit: Limit,
}

#[derive(Serialize, Deserialize)]
struct Position<P> {
    after: P,
}

impl<'a> Paging<'a> {
    /// Creates the paging of the list `name` with `filters`: all other parameters of the request.
    #[must_use]
    pub fn new(key: &'a CursorKey, name: &str, filters: &impl std::fmt::Debug, limit: Limit) -> Self {
        Self { key, scope: format!("{name} {filters:?}"), limit }
    }
}

impl Paging<'_> {
    /// Returns the number of rows to read: one more than the page has.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.limit.and_one()
    }

    /// Returns the position after which the page starts; `None` for the first page.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] when the cursor was not issued for this list with these filters.
    pub fn start<P: DeserializeOwned>(&self, cursor: Option<Cursor>) -> Result<Option<P>, Error> {
        cursor.map(|Cursor(text)| self.verify(&text).ok_or(Error::InvalidCursor)).transpose()
    }

    /// Renders the page from the rows that were read.
    pub fn page<R, P: Serialize, T>(
        &self,
        mut rows: Vec<R>,
        position: impl FnOnce(&R) -> P,
        show: impl FnMut(R) -> Result<T, Error>,
    ) -> Result<List<T>, Error> {
        let has_more = rows.len() > self.limit.get();
        rows.truncate(self.limit.get());
        let next_cursor = match rows.last() {
            Some(last) if has_more => Some(self.sign(position(last))?),
            _ => None,
        };
        let items = rows.into_iter().map(show).collect::<Result<_, _>>()?;
        Ok(List { items, next_cursor })
    }

    fn sign<P: Serialize>(&self, after: P) -> Result<String, Error> {
        let mut cursor = bson::serialize_to_vec(&Position { after })?;
        let signature = self.key.sign(&self.scope, &cursor);
        cursor.extend(signature);
        Ok(URL_SAFE_NO_PAD.encode(cursor))
    }

    fn verify<P: DeserializeOwned>(&self, text: &str) -> Option<P> {
        if text.len() > MAX_CURSOR {
            return None;
        }
        let cursor = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (position, signature) = cursor.split_at_checked(cursor.len().checked_sub(CURSOR_TAG_BYTES)?)?;
        if !self.key.verify(&self.scope, position, signature) {
            return None;
        }
        bson::deserialize_from_slice::<Position<P>>(position).ok().map(|position| position.after)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, CursorKey, Limit, Paging};
    use crate::config::RolledKey;
    use proptest::prelude::*;

    fn rolled(current: &str, previous: Option<&str>) -> CursorKey {
        CursorKey::new(&RolledKey { current: current.into(), previous: previous.map(Into::into) })
    }

    fn key() -> CursorKey {
        rolled("local", None)
    }

    fn next(rows: usize, filters: &str) -> Option<String> {
        let key = key();
        let paging = Paging::new(&key, "numbers", &filters, Limit(3));
        paging.page((0..rows).collect(), |row| i64::try_from(*row).unwrap(), Ok).unwrap().next_cursor
    }

    #[test]
    fn a_cursor_starts_the_next_page_after_the_last_row() {
        assert_eq!(next(3, "all"), None);
        let cursor = next(4, "all").map(Cursor);
        assert_eq!(Paging::new(&key(), "numbers", &"all", Limit(3)).start::<i64>(cursor).unwrap(), Some(2));
    }

    #[test]
    fn a_cursor_of_another_list_or_other_filters_is_rejected() {
        let cursor = || next(4, "all").map(Cursor);
        assert!(Paging::new(&key(), "letters", &"all", Limit(3)).start::<i64>(cursor()).is_err());
        assert!(Paging::new(&key(), "numbers", &"red", Limit(3)).start::<i64>(cursor()).is_err());
        let other = rolled("other", None);
        assert!(Paging::new(&other, "numbers", &"all", Limit(3)).start::<i64>(cursor()).is_err());
        let rolled_key = rolled("other", Some("local"));
        assert!(Paging::new(&rolled_key, "numbers", &"all", Limit(3)).start::<i64>(cursor()).is_ok());
    }

    proptest! {
        #[test]
        fn an_unsigned_cursor_is_rejected(text in "[A-Za-z0-9_-]{0,80}") {
            prop_assert!(Paging::new(&key(), "numbers", &"all", Limit(3)).start::<i64>(Some(Cursor(text))).is_err());
        }
    }
}
