//! Parses addresses, with the fields that their country needs.

use super::input::{Fields, FromFields, FromInput, Input, ValidationErrors};
use crate::domain::address::{Address, AddressFormat};
use crate::domain::id::AddressId;
use crate::domain::text::Label;
use crate::domain::validation::ValidationError;

/// An address as a client sends it back after reading it: a stored one has an id.
#[derive(Debug)]
pub struct ReturnedAddress {
    /// The id, if it was sent.
    pub id: Option<AddressId>,
    /// The address.
    pub address: Address,
}

impl FromFields for Address {
    const NAMES: &'static [&'static str] =
        &["type", "name", "company", "street", "street2", "city", "state", "zip", "country", "phone"];

    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        let (kind, name, company) = (fields.take("type"), fields.take("name"), fields.take("company"));
        let (street, street2) = (fields.take::<Label>("street"), fields.take("street2"));
        let (city, state, zip) = (fields.take("city"), fields.take("state"), fields.take("zip"));
        let country = match fields.default_country() {
            Some(country) => fields.take_or("country", || country.clone()),
            None => fields.take("country"),
        };
        let phone = fields.take("phone");
        if let Some(country) = &country {
            reject_missing(fields, AddressFormat::of(country), city.as_ref(), state.as_ref(), zip.as_ref());
        }
        Some(Self {
            kind: kind?,
            name: name?,
            company: company?,
            street: Some(street?),
            street2: street2?,
            city: city?,
            state: state?,
            zip: zip?,
            country: country?,
            phone: phone?,
        })
    }
}

impl FromInput for ReturnedAddress {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut fields = input.fields()?;
        let (id, address) = (fields.take("id"), Address::take(&mut fields));
        fields.finish(&[&["id"], Address::NAMES].concat())?;
        match (id, address) {
            (Some(id), Some(address)) => Ok(Self { id, address }),
            // Unreachable: `None` has an error, with which `finish` has returned.
            _ => Err(ValidationErrors::new()),
        }
    }
}

/// Rejects fields that are missing in this country. A field that was invalid by itself is `None`, and reported already.
fn reject_missing(
    fields: &mut Fields<'_>,
    format: AddressFormat,
    city: Option<&Option<Label>>,
    state: Option<&Option<Label>>,
    zip: Option<&Option<Label>>,
) {
    let missing = || ValidationError::new("required", "is required in this country");
    if format.requires_city() && city == Some(&None) {
        fields.reject("city", missing());
    }
    if format.requires_city_or_state() && (city, state) == (Some(&None), Some(&None)) {
        fields.reject("city", ValidationError::new("required", "city or state is required in this country"));
    }
    if format.requires_zip() && zip == Some(&None) {
        fields.reject("zip", missing());
    }
    if format.requires_state() && state == Some(&None) {
        fields.reject("state", missing());
    }
}
