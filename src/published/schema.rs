//! The JSON forms of values on the wire, for its description. The types of this layer derive theirs from their fields.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{OneOfBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};
use crate::values::period::{Period, YearMonth};

use super::chunk::{ChunkKey, Digest};
use super::talk::About;

/// A named form that is a string of this pattern.
macro_rules! text {
    ($($type:ident: $pattern:literal, $example:literal, $description:literal;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some($pattern))
                    .examples([json!($example)])
                    .description(Some($description))
                    .into()
            }
        }
        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }
        }
    )*};
}

text! {
    PublicId: "^([0-9a-hjkmnp-tv-z]{13}){1,2}$", "0123456789abcdefghjkmnpqrs", "A random id: the only name by which rows are known outside.";
    Digest: "^[0-9a-f]{64}$", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "SHA-256 in hex.";
    YearMonth: "^[0-9]{4}-[0-9]{2}$", "2026-11", "A month.";
    Currency: "^[A-Z]{3}$", "EUR", "ISO 4217.";
    About: "^(client|(project|task|invoice|request)/[0-9a-z]+|entry/.+)$", "project/0123456789abcdefghjkmnpqrs", "What a question is about.";
    ChunkKey: "^(console|users|projects|retainers|talk|documents|expenses/[0-9]{4}|month/[0-9]{4}-[0-9]{2}|invoice/.+|file/.+|document/.+)$", "month/2026-11", "Which part of a client.";
}

impl PartialSchema for Seconds {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("Whole seconds."))
            .into()
    }
}

impl ToSchema for Seconds {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Seconds")
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        let amount = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^-?[0-9]+([.][0-9]+)?$"))
            .examples([json!("1210.00")]);
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("amount", amount)
            .required("amount")
            .property("currency", Currency::schema())
            .required("currency")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .into()
    }
}

impl ToSchema for Money {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Money")
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(Ref::from_schema_name("Seconds"))
            .item(Ref::from_schema_name("Money"))
            .description(Some("Hours or money."))
            .into()
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Amount")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Seconds".to_owned(), Seconds::schema()));
        schemas.push(("Money".to_owned(), Money::schema()));
    }
}

impl PartialSchema for Period {
    fn schema() -> RefOr<Schema> {
        let day = || {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        };
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("from", day())
            .required("from")
            .property("to", day())
            .required("to")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("From a day to a day, both included."))
            .into()
    }
}

impl ToSchema for Period {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Period")
    }
}
