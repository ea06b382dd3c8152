//! Addresses in responses.

use crate::domain::address::{Address, AddressKind, Country};
use crate::domain::text::{Label, PersonName};
use serde::Serialize;
use utoipa::ToSchema;

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostalAddress)]
pub struct AddressView {
    #[serde(rename = "type")]
    kind: AddressKind,
    /// The recipient. A stored address without one is delivered to the holder of the account; that of an order has one.
    name: Option<PersonName>,
    company: Option<Label>,
    /// Street and house number; null only in an order whose personal data is erased.
    street: Option<Label>,
    street2: Option<Label>,
    city: Option<Label>,
    state: Option<Label>,
    zip: Option<Label>,
    country: Country,
    phone: Option<Label>,
}

impl From<Address> for AddressView {
    fn from(address: Address) -> Self {
        let Address { kind, name, company, street, street2, city, state, zip, country, phone } = address;
        Self { kind, name, company, street, street2, city, state, zip, country, phone }
    }
}
