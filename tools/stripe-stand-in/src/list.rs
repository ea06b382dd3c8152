//! The list operation of all resources: pages, newest first.

use crate::account::{Account, Object, Table};
use crate::api::Operation;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::{Value, json};

/// The parameters of every list.
pub(crate) const PAGE_PARAMS: [&str; 8] = [
    "limit",
    "starting_after",
    "ending_before",
    "created",
    "created[gt]",
    "created[gte]",
    "created[lt]",
    "created[lte]",
];

/// Checks that an object to which a filter refers exists.
type Reference = Box<dyn Fn(&Account) -> Result<()> + Send>;

/// `GET /v1/{resource}`
pub(crate) struct List<T> {
    page: Page,
    references: Vec<Reference>,
    filter: Box<dyn Fn(&T) -> bool + Send>,
}

impl<T: Object> List<T> {
    pub(crate) fn parse(params: &Params, filter: impl Fn(&T) -> bool + Send + 'static) -> Result<Self> {
        Ok(Self { page: Page::parse(params)?, references: Vec::new(), filter: Box::new(filter) })
    }

    /// Requires that the object with this id exists, if there is an id. Stripe does not return an empty list for an
    /// object that the account does not have.
    pub(crate) fn require<R: Object>(mut self, param: &'static str, id: Option<String>) -> Self {
        self.references.extend(id.map(|id| -> Reference {
            Box::new(move |account| R::table(account).get(&id, param, ObjectRole::Reference).map(|_| ()))
        }));
        self
    }
}

impl<T: Object> Operation for List<T> {
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        for reference in &self.references {
            reference(account)?;
        }
        let (rows, has_more) = self.page.select(T::table(account), &self.filter)?;
        Ok(json!({ "object": "list", "url": T::URL, "has_more": has_more, "data": rows }))
    }
}

/// Returns whether a value equals an optional filter parameter; without the parameter, every value matches.
pub(crate) fn matches_filter(filter: &Option<String>, value: &str) -> bool {
    filter.as_ref().is_none_or(|expected| expected == value)
}

/// The requested page of a list.
struct Page {
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
    created: CreatedRange,
}

impl Page {
    fn parse(params: &Params) -> Result<Self> {
        let (starting_after, ending_before) =
            (params.owned_text("starting_after")?, params.owned_text("ending_before")?);
        if starting_after.is_some() && ending_before.is_some() {
            return Err(ApiError::exclusive("starting_after", "ending_before"));
        }
        Ok(Self { limit: parse_limit(params)?, starting_after, ending_before, created: CreatedRange::parse(params)? })
    }

    /// Returns the rows of the page, and whether more rows follow.
    fn select<T: Object>(&self, table: &Table<T>, filter: impl Fn(&T) -> bool) -> Result<(Vec<Value>, bool)> {
        for (param, id) in [("starting_after", &self.starting_after), ("ending_before", &self.ending_before)] {
            if let Some(id) = id {
                table.get(id, param, ObjectRole::Reference)?;
            }
        }
        let is_at = |cursor: &Option<String>, row: &&T| cursor.as_deref() == Some(row.id());
        let mut rows = table.newest_first();
        if self.starting_after.is_some() {
            rows.find(|row| is_at(&self.starting_after, row));
        }
        let rows = rows
            .take_while(|row| !is_at(&self.ending_before, row))
            .filter(|row| self.created.contains(row.created()) && filter(row));
        let mut found: Vec<_> = rows.collect();
        let surplus = found.len().saturating_sub(self.limit);
        if self.ending_before.is_some() {
            // Paging backwards returns the rows next to the cursor, still newest first.
            found.drain(..surplus);
        }
        let page = found.into_iter().take(self.limit).map(Object::to_json).collect();
        Ok((page, surplus > 0))
    }
}

/// Parses `limit`: 1 to 100, 10 by default.
pub(crate) fn parse_limit(params: &Params) -> Result<usize> {
    let limit = params.integer_within("limit", 1, 100)?.unwrap_or(10);
    Ok(usize::try_from(limit).unwrap_or(10))
}

/// The filter `created=..` or `created[gte]=..` and the like. The bounds are inclusive, in Unix seconds.
struct CreatedRange {
    minimum: i64,
    maximum: i64,
}

impl CreatedRange {
    fn parse(params: &Params) -> Result<Self> {
        let exactly = params.integer("created")?;
        let above = params.integer("created[gt]")?.map(|bound| bound.saturating_add(1));
        let below = params.integer("created[lt]")?.map(|bound| bound.saturating_sub(1));
        Ok(Self {
            minimum: exactly.or(above).or(params.integer("created[gte]")?).unwrap_or(i64::MIN),
            maximum: exactly.or(below).or(params.integer("created[lte]")?).unwrap_or(i64::MAX),
        })
    }

    fn contains(&self, created: i64) -> bool {
        (self.minimum..=self.maximum).contains(&created)
    }
}
