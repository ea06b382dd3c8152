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
    /// When the owner proved to receive mail at the address; null if not.
    email_verified_at: Option<Timestamp>,
    /// The new address, which replaces `email` once it is verified; null if there is none.
    pending_email: Option<Email>,
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
        let UserDoc { id, name, email, email_verified_at, pending_email, role, created_at, addresses, .. } = user;
        Self {
            id,
            name,
            email,
            email_verified_at,
            pending_email: pending_email.map(|pending| pending.email),
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
