//! Who is asking: passwords, access tokens, refresh tokens, how often
//! one may try, and the extractors that handlers take.

mod access_token;
mod fingerprint;
mod password;
mod refresh_token;
mod throttle;
mod who;

pub use access_token::{ACCESS_TOKEN_LIFE, AccessTokens};
pub use fingerprint::Fingerprints;
pub use password::{Password, Passwords};
pub use refresh_token::{REFRESH_TOKEN_LIFE, RefreshToken};
pub use throttle::{Act, Throttle, Try};
pub use who::{Admin, Customer, MaybeAdmin};
