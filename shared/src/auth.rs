//! Authentication: passwords, access tokens, refresh tokens, the tokens of guests and in mails, throttling, and the keys of
//! cursors and fingerprints.

mod access_token;
mod account_token;
mod bearer;
mod cart_token;
mod cursor_key;
mod fingerprint;
mod opaque_string;
mod order_token;
mod password;
mod random;
mod refresh_token;
mod throttle;
mod token_text;
mod verified_tokens;

pub use access_token::{ACCESS_TOKEN_LIFETIME, AccessTokens};
pub use account_token::AccountToken;
pub use bearer::Bearer;
pub use cart_token::CartToken;
pub use cursor_key::{CURSOR_TAG_BYTES, CursorKey};
pub(crate) use fingerprint::FINGERPRINT_KEY;
pub use fingerprint::Fingerprints;
pub(crate) use order_token::ORDER_TOKEN_KEY;
pub use order_token::{OrderToken, OrderTokens};
pub use password::{NormalizedPassword, Password, PasswordHasher};
pub use refresh_token::{REFRESH_TOKEN_LIFETIME, RefreshToken};
pub use throttle::{Throttle, ThrottledAction, ThrottledAttempt};
