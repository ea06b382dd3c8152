//! Serialization of domain values. In BSON: ids as `ObjectId`, timestamps as dates, money as 64-bit integers. In JSON:
//! ids and timestamps as text.

use crate::domain::id::{AddressId, CartId, ImageId, NotificationId, OrderId, ProductId, RefundId, SessionId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::RefundStatus;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::oid::ObjectId;
use bson::{Bson, RawBsonRef};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Serializes a value as it is stored in a document. `bson::serialize_to_bson` would serialize ids and timestamps as in
/// JSON, because it counts as a human-readable format.
pub fn to_bson<T: Serialize>(value: &T) -> Result<Bson, bson::error::Error> {
    #[derive(Serialize)]
    struct Field<'a, T> {
        value: &'a T,
    }
    let document: bson::Document = bson::deserialize_from_slice(&bson::serialize_to_vec(&Field { value })?)?;
    Ok(document.get("value").cloned().unwrap_or_default())
}

macro_rules! object_ids {
    ($($id:ident),+) => {$(
        impl From<ObjectId> for $id {
            fn from(id: ObjectId) -> Self {
                Self::from_bytes(id.bytes())
            }
        }

        impl From<$id> for Bson {
            fn from(id: $id) -> Self {
                Self::ObjectId(ObjectId::from_bytes(id.to_bytes()))
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    ObjectId::from_bytes(self.to_bytes()).serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ObjectId::deserialize(deserializer).map(Self::from)
            }
        }
    )+};
}

object_ids!(AddressId, CartId, ImageId, NotificationId, OrderId, ProductId, RefundId, SessionId, UserId);

impl From<Timestamp> for Bson {
    fn from(moment: Timestamp) -> Self {
        Self::DateTime(bson::DateTime::from_millis(moment.as_millis()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            bson::DateTime::from_millis(self.as_millis()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment = if deserializer.is_human_readable() {
            // In a `bson::Document`, or buffered by serde, as with `flatten`.
            bson::DateTime::deserialize(deserializer)?
        } else {
            // In bytes. `bson::DateTime` would write the number as text, buffer it and parse it; a page has many timestamps.
            let value = RawBsonRef::deserialize(deserializer)?;
            value.as_datetime().ok_or_else(|| D::Error::custom("expected a date"))?
        };
        Ok(Self::from_millis(moment.timestamp_millis()))
    }
}

impl From<Money> for Bson {
    fn from(money: Money) -> Self {
        Self::Int64(money.minor())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            // 1999 would look like 1,999 dollars.
            Err(S::Error::custom("money must be serialized as an Amount, with its currency"))
        } else {
            serializer.serialize_i64(self.minor())
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_minor)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl From<&Sku> for Bson {
    fn from(sku: &Sku) -> Self {
        Self::String(sku.as_str().to_owned())
    }
}

impl From<PaymentStatus> for Bson {
    fn from(status: PaymentStatus) -> Self {
        Self::String(status.as_str().to_owned())
    }
}

impl From<RefundStatus> for Bson {
    fn from(status: RefundStatus) -> Self {
        Self::String(status.as_str().to_owned())
    }
}

impl From<OrderStatus> for Bson {
    fn from(status: OrderStatus) -> Self {
        Self::String(status.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Values {
        id: OrderId,
        ids: Vec<Option<UserId>>,
        at: Timestamp,
        price: Money,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    struct Moment {
        at: Option<Timestamp>,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    struct Flattened {
        #[serde(flatten)]
        moment: Moment,
    }

    fn values() -> Values {
        Values {
            id: OrderId::from_bytes([7; 12]),
            ids: vec![Some(UserId::from_bytes([1; 12])), None],
            at: Timestamp::from_millis(1_700_000_000_123),
            price: Money::from_minor(1999),
        }
    }

    #[test]
    fn documents_have_object_ids_dates_and_64_bit_integers() {
        let bytes = bson::serialize_to_vec(&values()).unwrap();
        let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
        assert!(matches!(document.get("id"), Some(Bson::ObjectId(_))));
        assert!(matches!(document.get("at"), Some(Bson::DateTime(_))));
        assert!(matches!(document.get("price"), Some(Bson::Int64(1999))));
        assert_eq!(bson::deserialize_from_slice::<Values>(&bytes).unwrap(), values());
        assert_eq!(to_bson(&values()).unwrap(), Bson::Document(document.clone()));
        assert_eq!(bson::deserialize_from_document::<Values>(document).unwrap(), values());
    }

    #[test]
    fn dates_are_decoded_from_bytes_and_documents_and_flattened() {
        let moment = |millis| Moment { at: Some(Timestamp::from_millis(millis)) };
        for millis in [0, 1_700_000_000_123, -1] {
            let document = bson::doc! { "at": bson::DateTime::from_millis(millis) };
            let bytes = bson::serialize_to_vec(&document).unwrap();
            assert_eq!(bson::deserialize_from_slice::<Moment>(&bytes).unwrap(), moment(millis));
            assert_eq!(bson::deserialize_from_slice::<Flattened>(&bytes).unwrap().moment, moment(millis));
            assert_eq!(bson::deserialize_from_document::<Moment>(document).unwrap(), moment(millis));
        }
        let none = bson::serialize_to_vec(&bson::doc! { "at": null }).unwrap();
        assert_eq!(bson::deserialize_from_slice::<Moment>(&none).unwrap(), Moment { at: None });
    }

    #[test]
    fn a_number_is_no_date() {
        let document = bson::doc! { "at": 1_i64 };
        let bytes = bson::serialize_to_vec(&document).unwrap();
        assert!(bson::deserialize_from_slice::<Moment>(&bytes).unwrap_err().to_string().contains("expected a date"));
        assert!(bson::deserialize_from_document::<Moment>(document).is_err());
    }

    #[test]
    fn money_without_currency_is_not_serialized_as_json() {
        assert!(serde_json::to_string(&values()).is_err());
        assert_eq!(serde_json::to_string(&values().id).unwrap(), "\"070707070707070707070707\"");
    }
}
