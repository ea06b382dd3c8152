//! The access tokens that a process has verified. A browser sends each token many times, and the verification of its signature
//! takes a third of the instructions of a short request.

use super::bearer::Bearer;
use moka::sync::Cache;
use std::time::Duration;

/// Maximum number of tokens that are remembered. Each takes about 600 bytes.
const MAX_TOKENS: u64 = 1_000;

/// Valid tokens by their texts, with their claims and the time when they expire, in Unix seconds. They belong to the keys that
/// have verified them: other keys come with another instance.
pub(super) struct VerifiedTokens(Cache<String, (Bearer, i64)>);

impl VerifiedTokens {
    /// Remembers tokens for the time for which each is valid.
    pub(super) fn new(lifetime: Duration) -> Self {
        Self(Cache::builder().max_capacity(MAX_TOKENS).time_to_live(lifetime).build())
    }

    /// Returns the claims of a token that was verified and has not expired.
    pub(super) fn get(&self, token: &str, now: i64) -> Option<Bearer> {
        let (bearer, expires_at) = self.0.get(token)?;
        (now < expires_at).then_some(bearer)
    }

    /// Remembers a token that was verified.
    pub(super) fn insert(&self, token: &str, bearer: Bearer, expires_at: i64) {
        self.0.insert(token.to_owned(), (bearer, expires_at));
    }
}

#[cfg(test)]
mod tests {
    use super::{Bearer, Duration, VerifiedTokens};
    use crate::db::users::Role;
    use crate::domain::id::{SessionId, UserId};

    #[test]
    fn a_token_is_remembered_until_it_expires() {
        let tokens = VerifiedTokens::new(Duration::from_mins(1));
        let (user, session) = (UserId::from_bytes([1; 12]), SessionId::from_bytes([2; 12]));
        tokens.insert("token", Bearer { user, session, role: Role::Customer }, 100);
        let found = tokens.get("token", 99).unwrap();
        assert_eq!((found.user, found.session, found.role), (user, session, Role::Customer));
        assert!(tokens.get("token", 100).is_none());
        assert!(tokens.get("tokens", 99).is_none() && tokens.get("toke", 99).is_none());
    }
}
