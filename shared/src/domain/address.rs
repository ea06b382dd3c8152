//! Postal addresses.

mod format;

pub use format::AddressFormat;

use super::text::{Label, PersonName};
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// A postal address of a user or an order.
///
/// Which fields it has depends on its country. An order keeps only purpose, state and country of the address when the
/// personal data of its buyer is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The purpose.
    #[serde(rename = "type")]
    pub kind: AddressKind,
    /// The recipient. An order always has one: by default the buyer.
    pub name: Option<PersonName>,
    /// The company of the recipient.
    pub company: Option<Label>,
    /// Street and house number; `None` only after erasure.
    pub street: Option<Label>,
    /// A second line, such as an apartment or a building.
    pub street2: Option<Label>,
    /// City.
    pub city: Option<Label>,
    /// State, province or region.
    pub state: Option<Label>,
    /// Postal code.
    pub zip: Option<Label>,
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
    /// The United States: by default the country of the store.
    #[must_use]
    pub fn us() -> Self {
        Self("US".to_owned())
    }

    /// Returns the code in upper case.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Returns whether the postal code is written behind the city. `frontend/ui/src/address-lines.ts` has the same list.
    #[must_use]
    pub fn is_city_first(&self) -> bool {
        ["AU", "CA", "GB", "IE", "IN", "NZ", "US"].contains(&self.code())
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
    use super::{AddressKind, Country};

    #[test]
    fn an_address_receives_parcels_or_invoices() {
        assert_eq!("shipping".parse::<AddressKind>().unwrap(), AddressKind::Shipping);
        assert_eq!("billing".parse::<AddressKind>().unwrap(), AddressKind::Billing);
        assert_eq!("Shipping".parse::<AddressKind>().unwrap_err().code, "invalid_choice");
    }

    #[test]
    fn countries_are_iso_3166_1_alpha_2_codes() {
        assert_eq!("de".parse::<Country>().unwrap(), "DE".parse().unwrap());
        for bad in ["", "D", "DEU", "XX", "🇩🇪"] {
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
    }
}
