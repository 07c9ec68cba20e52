//! Something to bill as it is typed: `Hosting=9.90`, `Hosting=12x9.90`.

use rust_decimal::Decimal;

use super::money::{MoneyError, Rate};
use super::quantity::Quantity;
use super::text::{Line, TextError};

/// Why a text is no item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    #[error("`{0}` is not an item; write it as Hosting=9.90 or Hosting=12x9.90")]
    NotAnItem(String),
    #[error("the description of an item: {0}")]
    Description(TextError),
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

/// A description, how many of it, and the price of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemText {
    pub description: Line,
    /// Up to four places.
    pub quantity: Decimal,
    /// Up to four places.
    pub price: Decimal,
}

impl ItemText {
    /// Reads `DESCRIPTION=PRICE` or `DESCRIPTION=QUANTITYxPRICE`. The last `=` parts them.
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let refused = || ItemError::NotAnItem(text.chars().take(60).collect());
        let (description, amount) = text.rsplit_once('=').ok_or_else(refused)?;
        if amount.trim().is_empty() {
            return Err(refused());
        }
        let description = Line::parse(description).map_err(ItemError::Description)?;
        let (quantity, price) = match amount.split_once(['x', 'X', '×', '*']) {
            Some((quantity, price)) => (Quantity::parse(quantity)?.decimal(), price),
            None => (Decimal::ONE, amount),
        };
        Ok(Self {
            description,
            quantity,
            price: Rate::parse(price)?.decimal(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_alone_is_of_one() {
        for (text, expected) in [
            ("Hosting=9.90", Some(("Hosting", "1", "9.90"))),
            ("Hosting = 12 x 9,90", Some(("Hosting", "12", "9.90"))),
            ("a=b=2.5x4", Some(("a=b", "2.5", "4"))),
            ("Support 4×25", None),
            ("Hosting=", None),
            ("=9.90", None),
            ("Hosting=-5", None),
            ("Hosting=0x5", None),
            ("Hosting=1,800", None),
            ("Hosting=12y9", None),
        ] {
            let read = ItemText::parse(text).ok();
            let parts = read.map(|item| {
                (
                    item.description.to_string(),
                    item.quantity.normalize(),
                    item.price.normalize(),
                )
            });
            let expected = expected.map(|(description, quantity, price)| {
                let decimal = |text: &str| text.parse::<Decimal>().unwrap().normalize();
                (description.to_owned(), decimal(quantity), decimal(price))
            });
            assert_eq!(parts, expected, "{text}");
        }
    }
}
