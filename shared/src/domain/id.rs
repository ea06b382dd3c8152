//! Ids: 12 bytes, written as 24 hex digits. Each kind of document has an id type of its own, so that an order's id
//! cannot be used to look up a user.

use super::validation::ValidationError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 12]);

        impl $name {
            /// Makes an id of its bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 12]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes of the id.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 12] {
                self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = ValidationError;

            fn from_str(text: &str) -> Result<Self, ValidationError> {
                parse(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // Faster than `hex::encode`, which allocates; a page has many ids.
                let mut digits = [0; 24];
                hex::encode_to_slice(self.0, &mut digits).map_err(|_| std::fmt::Error)?;
                f.write_str(std::str::from_utf8(&digits).map_err(|_| std::fmt::Error)?)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    )+};
}

ids! {
    /// The id of a user.
    UserId;
    /// The id of a user's address.
    AddressId;
    /// The id of a product.
    ProductId;
    /// The id of a product's image.
    ImageId;
    /// The id of a cart.
    CartId;
    /// The id of an order.
    OrderId;
    /// The id of an order's refund.
    RefundId;
    /// The id of a notification by mail.
    NotificationId;
    /// The id of a session: one login and the refresh tokens issued for it.
    SessionId;
}

fn parse(text: &str) -> Result<[u8; 12], ValidationError> {
    let mut bytes = [0; 12];
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(ValidationError::new("invalid_id", "must be an id of 24 hex digits")),
    }
}

#[cfg(test)]
mod tests {
    use super::OrderId;

    #[test]
    fn ids_are_24_hex_digits() {
        let id: OrderId = "0123456789abcdef01234567".parse().unwrap();
        assert_eq!(id.to_string(), "0123456789abcdef01234567");
        assert_eq!(format!("{id:?}"), "OrderId(0123456789abcdef01234567)");
        assert_eq!(OrderId::from_bytes(id.to_bytes()), id);
        for bad in ["", "0123456789abcdef0123456", "0123456789abcdef012345678", "0123456789abcdefg1234567"] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad}");
        }
    }
}
