//! The recipient of an order, for Stripe's fraud detection and the dashboard.

use crate::domain::address::Address;

/// Returns the fields of `shipping`. An order never changes its address while it can be paid, so a repeated request has the same
/// fields: Stripe rejects an idempotency key with others.
pub(super) fn recipient(address: &Address) -> impl Iterator<Item = (&'static str, String)> {
    let text = |field: Option<&str>| field.map(str::to_owned);
    let Address { name, street, street2, city, state, zip, country, phone, kind: _, company: _ } = address;
    // Stripe requires a name.
    let has_name = name.is_some();
    let fields = [
        ("shipping[name]", text(name.as_ref().map(|name| name.as_str()))),
        ("shipping[phone]", text(phone.as_ref().map(|phone| phone.as_str()))),
        ("shipping[address][line1]", text(street.as_ref().map(|street| street.as_str()))),
        ("shipping[address][line2]", text(street2.as_ref().map(|street| street.as_str()))),
        ("shipping[address][city]", text(city.as_ref().map(|city| city.as_str()))),
        ("shipping[address][state]", text(state.as_ref().map(|state| state.as_str()))),
        ("shipping[address][postal_code]", text(zip.as_ref().map(|zip| zip.as_str()))),
        ("shipping[address][country]", Some(country.code().to_owned())),
    ];
    fields.into_iter().filter(move |_| has_name).filter_map(|(field, value)| Some((field, value?)))
}

#[cfg(test)]
mod tests {
    use super::recipient;
    use crate::domain::address::Address;
    use bson::{Document, doc};

    fn fields(address: Document) -> Vec<(&'static str, String)> {
        recipient(&bson::deserialize_from_document::<Address>(address).unwrap()).collect()
    }

    #[test]
    fn a_recipient_has_the_fields_of_the_address() {
        let address = doc! {
            "type": "shipping", "name": "Ada", "street": "1 Main Street", "city": "Berlin", "zip": "10115", "country": "DE",
        };
        let expected = [
            ("shipping[name]", "Ada"),
            ("shipping[address][line1]", "1 Main Street"),
            ("shipping[address][city]", "Berlin"),
            ("shipping[address][postal_code]", "10115"),
            ("shipping[address][country]", "DE"),
        ];
        assert_eq!(fields(address), expected.map(|(field, value)| (field, value.to_owned())));
    }

    #[test]
    fn without_a_name_there_is_no_recipient() {
        assert_eq!(fields(doc! { "type": "shipping", "country": "DE" }), []);
    }
}
