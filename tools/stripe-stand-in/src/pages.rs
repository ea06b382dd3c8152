//! Retrieving one object and listing many, newest first, as all of Stripe's resources do.

use crate::account::{Account, Object, Table};
use crate::api::Operation;
use crate::errors::{Mention, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::{Value, json};
use std::marker::PhantomData;

/// The parameters that every list takes.
pub(crate) const PAGE_PARAMS: [&str; 4] = ["limit", "starting_after", "ending_before", "created"];

/// `GET /v1/{resource}/{id}`
pub(crate) struct Retrieve<T> {
    id: String,
    of: PhantomData<fn() -> T>,
}

impl<T: Object> Retrieve<T> {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&[])?;
        Ok(Self { id: id.to_owned(), of: PhantomData })
    }
}

impl<T: Object> Operation for Retrieve<T> {
    fn perform(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        Ok(T::table(account).get(&self.id, "id", Mention::Subject)?.to_json())
    }
}

/// `GET /v1/{resource}`
pub(crate) struct List<T> {
    page: Page,
    keep: Box<dyn Fn(&T) -> bool + Send>,
}

impl<T: Object> List<T> {
    pub(crate) fn parse(params: &Params, keep: impl Fn(&T) -> bool + Send + 'static) -> Result<Self> {
        Ok(Self { page: Page::parse(params)?, keep: Box::new(keep) })
    }
}

impl<T: Object> Operation for List<T> {
    fn perform(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let (rows, has_more) = self.page.cut(T::table(account), &self.keep)?;
        Ok(json!({ "object": "list", "url": T::URL, "has_more": has_more, "data": rows }))
    }
}

/// Which part of a list is asked for.
struct Page {
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
    created: CreatedRange,
}

impl Page {
    fn parse(params: &Params) -> Result<Self> {
        Ok(Self {
            limit: parse_limit(params)?,
            starting_after: params.text("starting_after")?.map(str::to_owned),
            ending_before: params.text("ending_before")?.map(str::to_owned),
            created: CreatedRange::parse(params)?,
        })
    }

    fn cut<T: Object>(&self, table: &Table<T>, keep: impl Fn(&T) -> bool) -> Result<(Vec<Value>, bool)> {
        for (param, id) in [("starting_after", &self.starting_after), ("ending_before", &self.ending_before)] {
            if let Some(id) = id {
                table.get(id, param, Mention::Detail)?;
            }
        }
        let passed = |cursor: &Option<String>, row: &&T| cursor.as_deref() != Some(row.id());
        let mut rows = table.newest_first();
        if self.starting_after.is_some() {
            rows.find(|row| !passed(&self.starting_after, row));
        }
        let rows = rows
            .take_while(|row| passed(&self.ending_before, row))
            .filter(|row| self.created.contains(row.created()) && keep(row));
        let mut found: Vec<_> = rows.collect();
        let surplus = found.len().saturating_sub(self.limit);
        if self.ending_before.is_some() {
            // Paging backwards gives what lies next to the cursor, still newest first.
            found.drain(..surplus);
        }
        let page = found.into_iter().take(self.limit).map(Object::to_json).collect();
        Ok((page, surplus > 0))
    }
}

/// `limit`: 1 to 100, by default 10.
pub(crate) fn parse_limit(params: &Params) -> Result<usize> {
    let limit = params.integer_within("limit", 1, 100)?.unwrap_or(10);
    Ok(usize::try_from(limit).unwrap_or(10))
}

/// `created=..` or `created[gte]=..` and its like, in Unix seconds.
struct CreatedRange {
    least: i64,
    most: i64,
}

impl CreatedRange {
    fn parse(params: &Params) -> Result<Self> {
        let exactly = params.integer("created")?;
        let above = params.integer("created[gt]")?.map(|least| least.saturating_add(1));
        let below = params.integer("created[lt]")?.map(|most| most.saturating_sub(1));
        Ok(Self {
            least: exactly.or(above).or(params.integer("created[gte]")?).unwrap_or(i64::MIN),
            most: exactly.or(below).or(params.integer("created[lte]")?).unwrap_or(i64::MAX),
        })
    }

    fn contains(&self, created: i64) -> bool {
        (self.least..=self.most).contains(&created)
    }
}
