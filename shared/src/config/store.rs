//! The settings of the store: language, least total, and the storefront.

use super::settings::Settings;
use crate::domain::money::{Currency, Money};
use crate::domain::search::Language;
use crate::domain::storefront::ProductUrl;

/// The setting for the language of the catalogue.
const CATALOGUE_LANGUAGE: &str = "CATALOGUE_LANGUAGE";
/// The setting for the URLs of product pages.
const STOREFRONT_PRODUCT_URL: &str = "STOREFRONT_PRODUCT_URL";

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) fn minimum_total(&mut self, currency: Currency) -> Money {
        let Some(text) = self.optional("MINIMUM_TOTAL") else { return currency.min_charge() };
        currency.parse(&text).ok().filter(|minimum| !minimum.is_negative()).unwrap_or_else(|| {
            self.reject("MINIMUM_TOTAL must be an amount of the store currency, such as 0.50");
            Money::ZERO
        })
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
