//! The settings of the store: language, least total, the storefront, and what it requires of accounts.

use super::settings::Settings;
use crate::domain::money::{Currency, Money};
use crate::domain::search::Language;
use crate::domain::storefront::ProductUrl;
use std::time::Duration;

/// The setting for the language of the catalogue.
const CATALOGUE_LANGUAGE: &str = "CATALOGUE_LANGUAGE";
/// The setting for the URLs of product pages.
const STOREFRONT_PRODUCT_URL: &str = "STOREFRONT_PRODUCT_URL";

/// The maximum of `REFRESH_LEEWAY_SECONDS`.
const MAX_REFRESH_LEEWAY: u64 = 300;

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) fn minimum_total(&mut self, currency: Currency) -> Money {
        let Some(text) = self.optional("MINIMUM_TOTAL") else { return currency.min_charge() };
        currency.parse(&text).ok().filter(|minimum| !minimum.is_negative()).unwrap_or_else(|| {
            self.reject("MINIMUM_TOTAL must be an amount of the store currency, such as 0.50");
            Money::ZERO
        })
    }

    pub(super) fn refresh_leeway(&mut self) -> Duration {
        let seconds = self.parsed("REFRESH_LEEWAY_SECONDS", 30);
        // Within the leeway a stolen token goes unnoticed.
        if seconds > MAX_REFRESH_LEEWAY {
            self.reject(format!("REFRESH_LEEWAY_SECONDS must be from 0 to {MAX_REFRESH_LEEWAY}"));
        }
        Duration::from_secs(seconds)
    }

    pub(super) fn requires_verified_email(&mut self, sends_mail: bool) -> bool {
        let is_required = self.parsed("REQUIRE_VERIFIED_EMAIL", false);
        if is_required && !sends_mail {
            self.reject("REQUIRE_VERIFIED_EMAIL requires MAIL");
        }
        is_required
    }

    pub(super) fn catalogue_language(&mut self) -> Language {
        let Some(code) = self.optional(CATALOGUE_LANGUAGE) else { return Language::default() };
        code.parse().unwrap_or_else(|error| {
            self.reject(format!("{CATALOGUE_LANGUAGE} {error}"));
            Language::default()
        })
    }

    pub(super) fn product_url(&mut self) -> Option<ProductUrl> {
        let text = self.optional(STOREFRONT_PRODUCT_URL)?;
        text.parse::<ProductUrl>().map_err(|error| self.reject(format!("{STOREFRONT_PRODUCT_URL} {error}"))).ok()
    }
}
