//! The retrieve operation of all resources.

use crate::account::{Account, Object};
use crate::api::Operation;
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;
use std::marker::PhantomData;

/// `GET /v1/{resource}/{id}`
pub(crate) struct Retrieve<T> {
    id: String,
    object: PhantomData<fn() -> T>,
}

impl<T: Object> Retrieve<T> {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&[])?;
        Ok(Self { id: id.to_owned(), object: PhantomData })
    }
}

impl<T: Object> Operation for Retrieve<T> {
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        Ok(T::table(account).get(&self.id, "id", ObjectRole::Subject)?.to_json())
    }
}
