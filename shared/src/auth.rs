//! Authentication: passwords, access tokens, refresh tokens, throttling, and the keys of cursors and fingerprints.

mod access_token;
mod cursor_key;
mod fingerprint;
mod opaque_string;
mod password;
mod random;
mod refresh_token;
mod throttle;

pub use access_token::{ACCESS_TOKEN_LIFETIME, AccessTokens, Bearer};
pub use cursor_key::{CURSOR_TAG_BYTES, CursorKey};
pub(crate) use fingerprint::FINGERPRINT_KEY;
pub use fingerprint::Fingerprints;
pub use password::{NormalizedPassword, Password, PasswordHasher};
pub use refresh_token::{REFRESH_TOKEN_LIFETIME, RefreshToken};
pub use throttle::{Throttle, ThrottledAction, ThrottledAttempt};
