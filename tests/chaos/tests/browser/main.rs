//! Pages in Chromium, against the real functions. What people do there is in `tools/browser`, which `cargo xtask test` compiles.

#![expect(clippy::disallowed_methods, reason = "the environment names the compiled scenarios and the browser")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod admin;
mod guest;
mod mails;
mod other_origin;
mod program;
mod storefront;
