//! Postal addresses.

use super::text::Label;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// A postal address of a user or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The purpose.
    #[serde(rename = "type")]
    pub kind: AddressKind,
    /// Street and house number.
    pub street: Label,
    /// City.
    pub city: Label,
    /// State, province or region, in countries whose addresses have one.
    pub state: Option<Label>,
    /// Postal code.
    pub zip: Label,
    /// Country.
    pub country: Country,
    /// Phone number for the carrier.
    pub phone: Option<Label>,
}

/// The purpose of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressKind {
    /// Receives parcels.
    Shipping,
    /// Receives invoices.
    Billing,
}

impl std::str::FromStr for AddressKind {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        match text {
            "shipping" => Ok(Self::Shipping),
            "billing" => Ok(Self::Billing),
            _ => Err(ValidationError::invalid_choice(&["shipping", "billing"])),
        }
    }
}

/// An ISO 3166-1 alpha-2 country code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    /// The country of an address without one.
    #[must_use]
    pub fn store_default() -> Self {
        Self("US".to_owned())
    }
}

/// Countries where an address without state or province is not deliverable.
const STATE_REQUIRED: [&str; 8] = ["AU", "BR", "CA", "CN", "IN", "JP", "MX", "US"];

impl Country {
    /// Returns whether addresses in the country need a state.
    #[must_use]
    pub fn requires_state(&self) -> bool {
        STATE_REQUIRED.contains(&self.0.as_str())
    }
}

impl std::str::FromStr for Country {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        rust_iso3166::from_alpha2(&text.to_ascii_uppercase())
            .map(|country| Self(country.alpha2.to_owned()))
            .ok_or_else(|| ValidationError::new("invalid_country", "must be an ISO 3166-1 alpha-2 country code"))
    }
}

#[cfg(test)]
mod tests {
    use super::Country;

    #[test]
    fn some_countries_require_a_state() {
        for (code, required) in [("US", true), ("ca", true), ("AU", true), ("DE", false), ("GB", false), ("SG", false)]
        {
            assert_eq!(code.parse::<Country>().unwrap().requires_state(), required, "{code}");
        }
    }

    #[test]
    fn countries_are_iso_3166_1_alpha_2_codes() {
        assert_eq!("de".parse::<Country>().unwrap(), "DE".parse().unwrap());
        for bad in ["", "D", "DEU", "XX", "🇩🇪"] {
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
    }
}
