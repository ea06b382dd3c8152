//! The OpenAPI schemas of addresses in requests. Which fields they need depends on the country.

use super::{component, text};
use crate::domain::address::{Address, AddressKind, Country};
use crate::domain::text::Text;
use crate::http::ReturnedAddress;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn optional_text(description: &str) -> ObjectBuilder {
    let types = [Type::String, Type::Null].into_iter().collect::<utoipa::openapi::schema::SchemaType>();
    text().schema_type(types).max_length(Some(Text::<100>::MAX)).description(Some(description))
}

fn address() -> ObjectBuilder {
    let object = ObjectBuilder::new()
        .property("type", Ref::from_schema_name("AddressKind"))
        .property("name", optional_text("The recipient; by default the holder of the account."))
        .property("company", optional_text("The company of the recipient."))
        .property("street", Ref::from_schema_name("Text100"))
        .property("street2", optional_text("A second line, such as an apartment."))
        .property("city", optional_text("The city. Required in most countries."))
        .property("state", optional_text("The state or province. Required in countries whose addresses need one."))
        .property("zip", optional_text("The postal code. Required in countries whose addresses need one."))
        .property("country", Ref::from_schema_name("Country"))
        .property("phone", optional_text("The phone number for the carrier."));
    ["type", "street"].into_iter().fold(object, ObjectBuilder::required)
}

impl PartialSchema for Address {
    fn schema() -> RefOr<Schema> {
        let description = "An address. Without a country the store's applies.";
        RefOr::T(Schema::Object(Object::from(address().description(Some(description)))))
    }
}

impl ToSchema for Address {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Address")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(component::<AddressKind>());
        schemas.push(component::<Country>());
        schemas.push(component::<Text<100>>());
    }
}

impl PartialSchema for ReturnedAddress {
    fn schema() -> RefOr<Schema> {
        let id = text().pattern(Some("^[0-9a-f]{24}$"));
        let id =
            id.schema_type([Type::String, Type::Null].into_iter().collect::<utoipa::openapi::schema::SchemaType>());
        let id = id.description(Some("The id of a stored address, which is sent back as it was read."));
        let description = "An address, new or as it was read. Without a country the store's applies.";
        RefOr::T(Schema::Object(Object::from(address().property("id", id).description(Some(description)))))
    }
}

impl ToSchema for ReturnedAddress {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ReturnedAddress")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Address::schemas(schemas);
    }
}
