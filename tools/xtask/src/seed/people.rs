//! The people of the demo shop: its administrator, Ada, and the other customers of `people.json`.

use anyhow::{Context as _, Result};
use ferrocart::db::users::{PasswordHash, Role, StoredAddress, UserDoc};
use ferrocart::domain::address::{Address, AddressKind};
use ferrocart::domain::time::Timestamp;
use serde::Deserialize;

use super::{ADMIN, chance, days};

const FILE: &str = include_str!("people.json");
/// The admin was there before the first product.
const OPENED_DAYS_AGO: u64 = 420;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    email: String,
    joined_days_ago: u64,
    /// How often this customer buys, compared with the others.
    weight: u64,
    addresses: Vec<Home>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Home {
    #[serde(rename = "type")]
    kind: String,
    street: String,
    city: String,
    state: Option<String>,
    zip: String,
    country: String,
    phone: Option<String>,
}

/// A customer, and how often they buy, compared with the others.
pub(super) struct Customer {
    pub(super) user: UserDoc,
    pub(super) weight: u64,
}

impl Customer {
    pub(super) fn ships_to(&self) -> Option<&Address> {
        let mut addresses = self.user.addresses.iter().map(|stored| &stored.address);
        addresses.find(|address| address.kind == AddressKind::Shipping)
    }
}

/// Whoever runs the shop.
pub(super) fn admin(password: PasswordHash, now: Timestamp) -> Result<UserDoc> {
    Ok(UserDoc {
        id: chance::id(&format!("user/{ADMIN}")),
        name: "Shop Admin".parse()?,
        email: ADMIN.parse()?,
        password_hash: password,
        role: Role::Admin,
        created_at: now.minus(days(OPENED_DAYS_AGO)),
        addresses: Vec::new(),
        credentials_version: 0,
    })
}

/// Every customer; the first is Ada. They share one hash, because each takes a quarter of a second.
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
        let addresses = addresses.map(|(home, number)| home.stored(&format!("address/{}/{number}", self.email)));
        let user = UserDoc {
            id: chance::id(&format!("user/{}", self.email)),
            name: self.name.parse()?,
            email: self.email.parse()?,
            password_hash: password.clone(),
            role: Role::Customer,
            created_at: now.minus(days(self.joined_days_ago)),
            addresses: addresses.collect::<Result<_>>()?,
            credentials_version: 0,
        };
        Ok(Customer { user, weight: self.weight })
    }
}

impl Home {
    fn stored(&self, name: &str) -> Result<StoredAddress> {
        let address = Address {
            kind: self.kind.parse()?,
            street: self.street.parse()?,
            city: self.city.parse()?,
            state: self.state.as_deref().map(str::parse).transpose()?,
            zip: self.zip.parse()?,
            country: self.country.parse()?,
            phone: self.phone.as_deref().map(str::parse).transpose()?,
        };
        Ok(StoredAddress { id: chance::id(name), address })
    }
}
