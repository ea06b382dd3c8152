//! `GET /v1/payment_intents/search`: finds payment intents by metadata, status and currency:
//! `metadata['order_id']:'42' AND status:'succeeded' AND currency:'usd'`.

use super::PaymentIntent;
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::list::parse_limit;
use crate::params::Params;
use serde_json::{Value, json};

/// The request. All clauses must match.
pub(crate) struct SearchPaymentIntents {
    clauses: Vec<Clause>,
    limit: usize,
    /// The last id of the previous page.
    after: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Clause {
    Metadata { key: String, value: String },
    Status(String),
    Currency(String),
}

impl SearchPaymentIntents {
    pub(crate) fn parse(params: &Params) -> Result<Self> {
        params.allow_only(&["query", "limit", "page"])?;
        let query = params.required("query")?;
        let clauses = query.split(" AND ").map(|clause| Clause::parse(clause.trim()));
        Ok(Self {
            clauses: clauses
                .collect::<Option<_>>()
                .ok_or_else(|| ApiError::InvalidSearchQuery { query: query.to_owned() })?,
            limit: parse_limit(params)?,
            after: params.owned_text("page")?,
        })
    }
}

impl Operation for SearchPaymentIntents {
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let now = account.clock.now();
        let mut rows = account.payment_intents.newest_first();
        if let Some(after) = &self.after {
            account.payment_intents.get(after, "page", ObjectRole::Reference)?;
            rows.find(|intent| intent.id == *after);
        }
        let mut found = rows
            .filter(|intent| intent.searchable_at <= now && self.clauses.iter().all(|clause| clause.matches(intent)));
        let page: Vec<_> = found.by_ref().take(self.limit).collect();
        let has_more = found.next().is_some();
        let next_page = page.last().filter(|_| has_more).map(|intent| intent.id.clone());
        Ok(json!({
            "object": "search_result",
            "url": "/v1/payment_intents/search",
            "has_more": has_more,
            "next_page": next_page,
            "data": page.into_iter().map(Object::to_json).collect::<Vec<_>>(),
        }))
    }
}

impl Clause {
    fn parse(clause: &str) -> Option<Self> {
        if let Some(metadata) = clause.strip_prefix("metadata[") {
            let (key, value) = metadata.split_once("]:")?;
            return Some(Self::Metadata { key: unquote(key)?, value: unquote(value)? });
        }
        match clause.split_once(':')? {
            ("status", status) => Some(Self::Status(unquote(status)?)),
            ("currency", currency) => Some(Self::Currency(unquote(currency)?)),
            _ => None,
        }
    }

    fn matches(&self, intent: &PaymentIntent) -> bool {
        match self {
            Self::Metadata { key, value } => intent.metadata.get(key) == Some(value),
            Self::Status(status) => intent.status.name() == status,
            Self::Currency(currency) => intent.currency.code() == currency,
        }
    }
}

/// Removes single or double quotes.
fn unquote(text: &str) -> Option<String> {
    let inside = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_need_a_supported_field_and_quotes() {
        let order = Clause::Metadata { key: "order_id".to_owned(), value: "a:b".to_owned() };
        assert_eq!(Clause::parse("status:'succeeded'"), Some(Clause::Status("succeeded".into())));
        for unreadable in ["", "status", "status:succeeded", "amount>100", "metadata[x]:'1'"] {
            assert_eq!(Clause::parse(unreadable), None, "{unreadable}");
        }
        assert_eq!(Clause::parse("metadata['order_id']:'a:b'"), Some(order));
    }
}
