//! Who is asking: passwords, access tokens, refresh tokens, how often
//! one may try, and the extractors that handlers take.

mod access_token;
mod cursor_key;
mod fingerprint;
mod password;
mod refresh_token;
mod throttle;

pub use access_token::{ACCESS_TOKEN_LIFE, AccessTokens, Bearer};
pub use cursor_key::{CURSOR_TAG_BYTES, CursorKey};
pub use fingerprint::Fingerprints;
pub use password::{Password, Passwords};
pub use refresh_token::{REFRESH_TOKEN_LIFE, RefreshToken};
pub use throttle::{Throttle, ThrottledAction, ThrottledAttempt};
