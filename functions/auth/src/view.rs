//! Users and addresses in responses.

use ferrocart::db::users::{Role, StoredAddress, UserDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::{AddressId, UserId};
use ferrocart::domain::text::PersonName;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::views::AddressView;
use serde::Serialize;
use utoipa::ToSchema;

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    id: UserId,
    name: PersonName,
    email: Email,
    role: Role,
    created_at: Timestamp,
    addresses: Vec<StoredAddressView>,
}

/// A stored address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoredAddress)]
pub(crate) struct StoredAddressView {
    id: AddressId,
    #[serde(flatten)]
    address: AddressView,
}

impl From<UserDoc> for UserView {
    fn from(user: UserDoc) -> Self {
        let UserDoc { id, name, email, password_hash: _, role, created_at, addresses, credentials_version: _ } = user;
        Self {
            id,
            name,
            email,
            role,
            created_at,
            addresses: addresses.into_iter().map(StoredAddressView::from).collect(),
        }
    }
}

impl From<StoredAddress> for StoredAddressView {
    fn from(StoredAddress { id, address }: StoredAddress) -> Self {
        Self { id, address: address.into() }
    }
}
