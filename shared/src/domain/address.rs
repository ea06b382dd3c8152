//! Where a buyer lives.

use super::text::Label;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// An address without a name of its own: what a user stores and an order keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: AddressKind,
    /// Street and house number.
    pub street: Label,
    /// City.
    pub city: Label,
    /// State, province or region: there where the country has them in its addresses.
    pub state: Option<Label>,
    /// Postal code.
    pub zip: Label,
    /// Country.
    pub country: Country,
    /// Phone number for the carrier.
    pub phone: Option<Label>,
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressKind {
    /// Parcels go there.
    Shipping,
    /// Invoices go there.
    Billing,
}

impl std::str::FromStr for AddressKind {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        match text {
            "shipping" => Ok(Self::Shipping),
            "billing" => Ok(Self::Billing),
            _ => Err(ValidationError::new("invalid_choice", "must be \"shipping\" or \"billing\"")),
        }
    }
}

/// A country of ISO 3166-1, by its two letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    /// The country of an address that names none.
    #[must_use]
    pub fn default_of_the_store() -> Self {
        Self("US".to_owned())
    }
}

/// Countries in whose postal addresses a parcel without its state or province goes astray.
const WITH_STATES: [&str; 8] = ["AU", "BR", "CA", "CN", "IN", "JP", "MX", "US"];

impl Country {
    /// Whether its addresses need a state.
    #[must_use]
    pub fn has_states(&self) -> bool {
        WITH_STATES.contains(&self.0.as_str())
    }
}

impl std::str::FromStr for Country {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        rust_iso3166::from_alpha2(&text.to_ascii_uppercase())
            .map(|country| Self(country.alpha2.to_owned()))
            .ok_or_else(|| ValidationError::new("invalid_country", "must be a two-letter country code of ISO 3166-1"))
    }
}

#[cfg(test)]
mod tests {
    use super::Country;

    #[test]
    fn some_countries_have_states_in_their_addresses() {
        for (code, has) in [("US", true), ("ca", true), ("AU", true), ("DE", false), ("GB", false), ("SG", false)] {
            assert_eq!(code.parse::<Country>().unwrap().has_states(), has, "{code}");
        }
    }

    #[test]
    fn a_country_is_one_of_iso_3166() {
        assert_eq!("de".parse::<Country>().unwrap(), "DE".parse().unwrap());
        for bad in ["", "D", "DEU", "XX", "🇩🇪"] {
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
    }
}
