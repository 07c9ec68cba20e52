//! Seller and buyer as they stand on a document.

use crate::app::Result;
use crate::domain::business::Business;
use crate::domain::client::{self, Client};
use crate::domain::invoice::Party;
use crate::store::Books;

pub(in crate::app) fn seller(business: &Business) -> Party {
    let text = |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string);
    Party {
        name: business
            .name
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        address: lines_of(business.address.as_ref().map(|address| address.as_str())),
        country: text(business.country.as_ref().map(|v| v as _)),
        email: text(business.email.as_ref().map(|v| v as _)),
        phone: text(business.phone.as_ref().map(|v| v as _)),
        tax_id: text(business.tax_id.as_ref().map(|v| v as _)),
        iban: text(business.iban.as_ref().map(|v| v as _)),
        bic: text(business.bic.as_ref().map(|v| v as _)),
        attention: None,
    }
}

pub(in crate::app) fn buyer(books: &Books<'_>, client: &Client) -> Result<Party> {
    let details = &client.details;
    let contacts = books.contacts(client.key)?;
    Ok(Party {
        name: details.name.to_string(),
        address: lines_of(details.address.as_ref().map(|address| address.as_str())),
        country: details.country.as_ref().map(ToString::to_string),
        email: details.email.as_ref().map(ToString::to_string),
        phone: None,
        tax_id: details.tax_id.as_ref().map(ToString::to_string),
        iban: None,
        bic: None,
        attention: client::attention(&contacts).map(|contact| contact.name.to_string()),
    })
}

fn lines_of(text: Option<&str>) -> Vec<String> {
    text.map(|text| text.lines().map(str::to_owned).collect())
        .unwrap_or_default()
}
