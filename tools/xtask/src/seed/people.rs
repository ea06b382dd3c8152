//! The accounts of the demo shop: the administrator, and the customers of `people.json`. The first customer is Ada.

use anyhow::{Context as _, Result};
use ferrocart::db::users::{PasswordHash, Role, StoredAddress, UserDoc};
use ferrocart::domain::address::{Address, AddressKind};
use ferrocart::domain::time::Timestamp;
use serde::Deserialize;

use super::random::derive_id;
use super::{ADMIN, days};

const FILE: &str = include_str!("people.json");
/// The administrator's account is older than the first product.
const OPENED_DAYS_AGO: u64 = 420;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    email: String,
    joined_days_ago: u64,
    /// How often the customer buys, relative to the others.
    weight: u64,
    addresses: Vec<PersonAddress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonAddress {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    company: Option<String>,
    street: String,
    street2: Option<String>,
    city: String,
    state: Option<String>,
    zip: Option<String>,
    country: String,
    phone: Option<String>,
}

/// A customer.
pub(super) struct Customer {
    pub(super) user: UserDoc,
    /// How often the customer buys, relative to the others.
    pub(super) weight: u64,
}

impl Customer {
    /// The first shipping address.
    pub(super) fn shipping_address(&self) -> Option<&Address> {
        let mut addresses = self.user.addresses.iter().map(|stored| &stored.address);
        addresses.find(|address| address.kind == AddressKind::Shipping)
    }
}

/// The administrator.
pub(super) fn admin(password: PasswordHash, now: Timestamp) -> Result<UserDoc> {
    Ok(UserDoc {
        id: derive_id(&format!("user/{ADMIN}")),
        name: "Shop Admin".parse()?,
        email: ADMIN.parse()?,
        password_hash: password,
        role: Role::Admin,
        created_at: now.minus(days(OPENED_DAYS_AGO)),
        addresses: Vec::new(),
        credentials_version: 0,
        email_verified_at: Some(now),
        pending_email: None,
        email_restored_at: None,
    })
}

/// All customers. They share one password hash, because computing one takes a quarter of a second.
pub(super) fn customers(password: &PasswordHash, now: Timestamp) -> Result<Vec<Customer>> {
    let people: Vec<Person> = serde_json::from_str(FILE).context("reading people.json")?;
    let customer = |person: Person| {
        let email = person.email.clone();
        person.customer(password, now).with_context(|| format!("the customer {email}"))
    };
    people.into_iter().map(customer).collect()
}

impl Person {
    fn customer(self, password: &PasswordHash, now: Timestamp) -> Result<Customer> {
        let addresses = self.addresses.iter().zip(1_u8..);
        let addresses = addresses.map(|(address, number)| address.stored(&format!("address/{}/{number}", self.email)));
        let user = UserDoc {
            id: derive_id(&format!("user/{}", self.email)),
            name: self.name.parse()?,
            email: self.email.parse()?,
            password_hash: password.clone(),
            role: Role::Customer,
            created_at: now.minus(days(self.joined_days_ago)),
            addresses: addresses.collect::<Result<_>>()?,
            credentials_version: 0,
            email_verified_at: Some(now),
            pending_email: None,
            email_restored_at: None,
        };
        Ok(Customer { user, weight: self.weight })
    }
}

impl PersonAddress {
    fn stored(&self, name: &str) -> Result<StoredAddress> {
        let label = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
        let address = Address {
            kind: self.kind.parse()?,
            name: self.name.as_deref().map(str::parse).transpose()?,
            company: label(&self.company)?,
            street: Some(self.street.parse()?),
            street2: label(&self.street2)?,
            city: Some(self.city.parse()?),
            state: label(&self.state)?,
            zip: label(&self.zip)?,
            country: self.country.parse()?,
            phone: label(&self.phone)?,
        };
        Ok(StoredAddress { id: derive_id(name), address })
    }
}
