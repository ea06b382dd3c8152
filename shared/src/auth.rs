//! Who is asking: passwords, access tokens, refresh tokens, and the extractors that handlers take.

mod access_token;
mod password;
mod refresh_token;
mod who;

pub use access_token::{ACCESS_TOKEN_LIFE, AccessTokens};
pub use password::{Password, Passwords};
pub use refresh_token::{REFRESH_TOKEN_LIFE, RefreshToken};
pub use who::{Admin, Customer, MaybeAdmin};
