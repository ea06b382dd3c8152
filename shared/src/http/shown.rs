//! How the domain's types cross the wire: which text or number each is read from.

use super::input::{FromInput, Input, Refusal};
use crate::db::products::ProductSort;
use crate::db::users::Role;
use crate::domain::address::{Address, AddressKind, Country};
use crate::domain::email::Email;
use crate::domain::id::{AddressId, OrderId, ProductId, SessionId, UserId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Amount, Money};
use crate::domain::order::OrderStatus;
use crate::domain::quantity::{Quantity, Stock, StockChange};
use crate::domain::search::SearchText;
use crate::domain::sku::Sku;
use crate::domain::text::{Label, Prose, Text};
use crate::domain::time::Timestamp;
use crate::domain::url::WebUrl;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Reads an object field by field, and refuses unknown, doubled, missing and bad ones at once.
///
/// ```text
/// from_fields!(NewAddress { kind: "type", street, country = Country::default_of_the_store() });
/// ```
#[macro_export]
macro_rules! from_fields {
    ($type:ty { $($field:ident $(: $name:literal)? $(= $default:expr)?),+ $(,)? }) => {
        impl $crate::http::FromInput for $type {
            fn from_input(input: &$crate::http::Input<'_>) -> Result<Self, $crate::http::Refusal> {
                let mut fields = input.fields()?;
                $(let $field = $crate::from_fields!(@take fields, $field $(: $name)? $(= $default)?);)+
                fields.finish(&[$($crate::from_fields!(@name $field $(: $name)?)),+])?;
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    // Every `None` left a refusal behind, so `finish` has failed already.
                    _ => Err($crate::http::Refusal::new()),
                }
            }
        }
    };
    (@name $field:ident : $name:literal) => { $name };
    (@name $field:ident) => { stringify!($field) };
    (@take $fields:ident, $field:ident $(: $name:literal)? = $default:expr) => {
        $fields.take_or($crate::from_fields!(@name $field $(: $name)?), || $default)
    };
    (@take $fields:ident, $field:ident $(: $name:literal)?) => {
        $fields.take($crate::from_fields!(@name $field $(: $name)?))
    };
}

macro_rules! from_text {
    ($($type:ty),+) => {$(
        impl FromInput for $type {
            fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
                input.parse()
            }
        }
    )+};
}

from_text!(
    AddressId,
    AddressKind,
    Country,
    Email,
    ImageKind,
    OrderId,
    OrderStatus,
    ProductId,
    ProductSort,
    Role,
    SearchText,
    SessionId,
    Sku,
    Timestamp,
    UserId,
    WebUrl
);

impl FromInput for Address {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        let mut fields = input.fields()?;
        let (kind, street, city) = (fields.take("type"), fields.take("street"), fields.take("city"));
        let (state, zip) = (fields.take::<Option<Label>>("state"), fields.take("zip"));
        let country = fields.take_or("country", Country::default_of_the_store);
        let phone = fields.take("phone");
        if state == Some(None) && country.as_ref().is_some_and(Country::has_states) {
            fields.refuse("state", Invalid::new("required", "is required in this country"));
        }
        fields.finish(&["type", "street", "city", "state", "zip", "country", "phone"])?;
        match (kind, street, city, state, zip, country, phone) {
            (Some(kind), Some(street), Some(city), Some(state), Some(zip), Some(country), Some(phone)) => {
                Ok(Self { kind, street, city, state, zip, country, phone })
            }
            // Every `None` left a refusal behind, so `finish` has failed already.
            _ => Err(Refusal::new()),
        }
    }
}

impl<const MAX: usize> FromInput for Text<MAX> {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        input.parse()
    }
}

impl<const MAX: usize> FromInput for Prose<MAX> {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        input.parse()
    }
}

impl FromInput for Quantity {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        Self::try_from(input.integer()?).map_err(|invalid| input.refuse(invalid))
    }
}

impl FromInput for ImageLength {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        Self::try_from(input.integer()?).map_err(|invalid| input.refuse(invalid))
    }
}

impl FromInput for Stock {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        Self::try_from(input.integer()?).map_err(|invalid| input.refuse(invalid))
    }
}

impl FromInput for StockChange {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        Self::try_from(input.integer()?).map_err(|invalid| input.refuse(invalid))
    }
}

impl FromInput for Money {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        input.money()
    }
}

impl FromInput for bool {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        input.boolean()
    }
}

/// A JSON number with exactly the decimals of the currency; no float on the way.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}
