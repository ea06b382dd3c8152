//! From BSON's bytes to the shop's types.
//!
//! BSON's own decoder gives a type each kind of value that BSON knows as a map of another kind. So whatever derives
//! `Deserialize` is compiled a dozen times, and that was a tenth of each program; and a moment, which it gives as the map
//! `{"$date": ...}`, is looked through twice. This one knows the kinds of values that the shop stores, and one map.

use bson::error::{Error, Result};
use bson::raw::{RawElement, RawIter};
use bson::{RawBsonRef, RawDocument, spec::ElementType};
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Implements `Deserialize`, and `Serialize`, for types that derive them with `#[serde(remote = "Self")]`. What decodes
/// them must have them as bytes: the driver has, an owned `Document` has not.
macro_rules! decoded {
    ($($document:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $document {
            fn deserialize<D: serde::Deserializer<'de>>(decoder: D) -> Result<Self, D::Error> {
                let raw = <&bson::RawDocument>::deserialize(decoder)?;
                // That of `remote`, which comes before the trait's.
                <$document>::deserialize($crate::db::decode::Document::from(raw)).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// See [`decoded`].
macro_rules! encoded {
    ($($document:ty),+) => {$(
        impl serde::Serialize for $document {
            fn serialize<S: serde::Serializer>(&self, encoder: S) -> Result<S::Ok, S::Error> {
                <$document>::serialize(self, encoder)
            }
        }
    )+};
}

pub(crate) use {decoded, encoded};

/// Decodes a document of which the driver was not told the type. It knows no type that is [`decoded`] by itself.
///
/// # Errors
/// When it is not such a document.
pub(crate) fn decode<'de, T: Deserialize<'de>>(raw: &'de RawDocument) -> Result<T> {
    T::deserialize(Document(raw))
}

/// A document that is being decoded.
pub(crate) struct Document<'de>(&'de RawDocument);

/// A value in it.
struct Value<'de>(RawElement<'de>);

/// The values of a document, by name, or those of an array.
struct Values<'de> {
    ahead: RawIter<'de>,
    named: Option<RawElement<'de>>,
}

impl<'de> From<&'de RawDocument> for Document<'de> {
    fn from(raw: &'de RawDocument) -> Self {
        Self(raw)
    }
}

impl<'de> Values<'de> {
    fn of(raw: &'de RawDocument) -> Self {
        Self { ahead: raw.iter_elements(), named: None }
    }
}

impl<'de> Deserializer<'de> for Document<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Values::of(self.0))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0.value()? {
            RawBsonRef::String(text) => visitor.visit_borrowed_str(text),
            RawBsonRef::Int64(number) => visitor.visit_i64(number),
            RawBsonRef::Int32(number) => visitor.visit_i32(number),
            RawBsonRef::Double(number) => visitor.visit_f64(number),
            RawBsonRef::Boolean(is) => visitor.visit_bool(is),
            RawBsonRef::Null => visitor.visit_unit(),
            RawBsonRef::Document(raw) => visitor.visit_map(Values::of(raw)),
            RawBsonRef::Array(raw) => visitor.visit_seq(Values::of(RawDocument::from_bytes(raw.as_bytes())?)),
            RawBsonRef::ObjectId(id) => visitor.visit_bytes(&id.bytes()),
            RawBsonRef::DateTime(moment) => visitor.visit_i64(moment.timestamp_millis()),
            RawBsonRef::Binary(binary) => visitor.visit_borrowed_bytes(binary.bytes),
            // Whoever wants a value refuses this one, and names what he has expected.
            _ => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0.element_type() {
            ElementType::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.0.value()? {
            RawBsonRef::String(name) => visitor.visit_enum(name.into_deserializer()),
            RawBsonRef::Document(raw) => visitor.visit_enum(MapAccessDeserializer::new(Values::of(raw))),
            _ => Err(Error::custom(format_args!("{:?} names no variant", self.0.element_type()))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier
    }
}

impl<'de> MapAccess<'de> for Values<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.named = self.ahead.next().transpose()?;
        let Some(named) = &self.named else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(named.key().as_str())).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        match self.named.take() {
            Some(named) => seed.deserialize(Value(named)),
            None => Err(Error::custom("a value was asked for before its name")),
        }
    }
}

impl<'de> SeqAccess<'de> for Values<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        self.ahead.next().transpose()?.map(|element| seed.deserialize(Value(element))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::OrderId;
    use crate::domain::money::Money;
    use crate::domain::time::Timestamp;
    use bson::{Bson, doc};
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Everything {
        #[serde(rename = "_id")]
        id: OrderId,
        at: Timestamp,
        never: Option<Timestamp>,
        #[serde(default)]
        missing: i64,
        price: Money,
        small: i64,
        ratio: f64,
        is: bool,
        name: String,
        lines: Vec<Line>,
        how: How,
        which: How,
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Line {
        ids: Vec<Option<OrderId>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum How {
        Plain,
        Counted(i64),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Rest {
        words: Vec<String>,
        least: Money,
    }

    fn everything() -> bson::Document {
        let id = OrderId::from_bytes([7; 12]);
        doc! {
            "_id": id, "at": Timestamp::from_millis(1_700_000_000_123), "never": Bson::Null, "price": 1999_i64,
            "small": 3_i32, "ratio": 0.5, "is": true, "name": "Zoë", "lines": [{ "ids": [id, Bson::Null] }, { "ids": [] }],
            "how": "plain", "which": { "counted": 4_i64 }, "words": ["a", "b"], "least": 5_i64,
            "nobody_reads_it": [{ "a": 1 }],
        }
    }

    /// What the shop stores nowhere.
    fn script() -> Bson {
        Bson::JavaScriptCode("1".to_owned())
    }

    fn bytes(document: &bson::Document) -> Vec<u8> {
        bson::serialize_to_vec(document).unwrap()
    }

    fn decoded(bytes: &[u8]) -> Result<Everything> {
        decode(RawDocument::from_bytes(bytes)?)
    }

    #[test]
    fn a_document_is_what_bson_makes_of_it() {
        let bytes = bytes(&everything());
        assert_eq!(decoded(&bytes).unwrap(), bson::deserialize_from_slice(&bytes).unwrap());
    }

    #[test]
    fn what_nobody_reads_may_be_anything() {
        let mut document = everything();
        document.insert("script", script());
        assert_eq!(decoded(&bytes(&document)).unwrap(), decoded(&bytes(&everything())).unwrap());
        document.insert("price", script());
        assert!(decoded(&bytes(&document)).is_err());
    }

    #[test]
    fn what_is_of_another_kind_or_missing_is_an_error() {
        for (field, value) in
            [("at", Bson::from("today")), ("price", "19.99".into()), ("lines", 1.into()), ("_id", 1.into())]
        {
            let mut document = everything();
            document.insert(field, value);
            assert!(decoded(&bytes(&document)).is_err(), "{field}");
            document.remove(field);
            assert!(decoded(&bytes(&document)).is_err(), "{field}");
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_an_error_or_a_document(at in any::<prop::sample::Index>(), byte: u8) {
            let mut bytes = bytes(&everything());
            *at.get_mut(&mut bytes) = byte;
            drop(decoded(&bytes));
        }
    }
}
