//! Parses the domain's types from strings and numbers of a request.

use super::input::{FromInput, Input, ValidationErrors};
use crate::auth::{CartToken, OrderToken, Password};
use crate::db::orders::Flag;
use crate::db::products::{ExportPosition, ProductSort};
use crate::db::users::Role;
use crate::domain::address::{AddressKind, Country};
use crate::domain::cart_merge::MergeMode;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, OrderId, ProductId, SessionId, UserId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::image_details::Pixels;
use crate::domain::money::{Amount, Money};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::product_options::OptionName;
use crate::domain::quantity::{Quantity, Stock, StockChange};
use crate::domain::search::SearchText;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{MultilineText, Text};
use crate::domain::time::Timestamp;
use crate::domain::url::WebUrl;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Implements [`FromFields`](crate::http::FromFields), and thereby [`FromInput`](crate::http::FromInput); all unknown,
/// repeated, missing and invalid fields are reported at once.
///
/// ```text
/// from_fields!(NewVariant { sku, kind: "type", price_modifier = Money::ZERO });
/// ```
#[macro_export]
macro_rules! from_fields {
    ($type:ty { $($field:ident $(: $name:literal)? $(= $default:expr)?),+ $(,)? }) => {
        impl $crate::http::FromFields for $type {
            const NAMES: &'static [&'static str] = &[$($crate::from_fields!(@name $field $(: $name)?)),+];

            fn take(fields: &mut $crate::http::Fields<'_>) -> Option<Self> {
                // All fields are taken before the first `?`, so that all errors are reported.
                $(let $field = $crate::from_fields!(@take fields, $field $(: $name)? $(= $default)?);)+
                Some(Self { $($field: $field?),+ })
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
            const IS_TEXT: bool = true;

            fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
                input.parse()
            }
        }
    )+};
}

from_text!(
    AddressId,
    AddressKind,
    CartToken,
    Country,
    Email,
    ExportPosition,
    Flag,
    ImageKind,
    MergeMode,
    OptionName,
    OrderId,
    OrderStatus,
    OrderToken,
    Password,
    PaymentStatus,
    ProductId,
    ProductSort,
    Role,
    SearchText,
    SessionId,
    Sku,
    Slug,
    Timestamp,
    UserId,
    WebUrl
);

macro_rules! from_integer {
    ($($type:ty),+) => {$(
        impl FromInput for $type {
            fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
                Self::try_from(input.integer()?).map_err(|error| input.error(error))
            }
        }
    )+};
}

from_integer!(ImageLength, Pixels, Quantity, Stock, StockChange);

impl<const MAX: usize> FromInput for Text<MAX> {
    const IS_TEXT: bool = true;

    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.parse()
    }
}

impl<const MAX: usize> FromInput for MultilineText<MAX> {
    const IS_TEXT: bool = true;

    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.parse_lines()
    }
}

impl FromInput for Money {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.money()
    }
}

impl FromInput for bool {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.boolean()
    }
}

/// Writes a JSON number with exactly the decimals of the currency, without converting to a float.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<T: FromInput> FromInput for Option<T> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        if input.is_absent::<T>() { Ok(None) } else { T::from_input(input).map(Some) }
    }

    fn default_if_missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromInput> FromInput for Vec<T> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.items()
    }
}
