//! What a valid access token says about its bearer.

use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};

/// The claims of a valid access token.
#[derive(Debug, Clone, Copy)]
pub struct Bearer {
    /// The user.
    pub user: UserId,
    /// The session of the token.
    pub session: SessionId,
    /// The role of the user at the time of signing.
    pub role: Role,
}
