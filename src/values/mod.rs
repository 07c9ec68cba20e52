//! Values: money, rates, durations, dates, periods, ids and the text of people. Parsed once at the edge, right from then on.
//!
//! Knows nothing of clients, stores or pages. Integer arithmetic only; the one reader of the clock is [`calendar`].

pub mod amount;
pub mod calendar;
pub mod country;
pub mod duration;
pub mod file_name;
pub mod id;
pub mod item;
pub mod money;
pub mod month_name;
pub mod named_tax;
pub mod part;
pub mod peppol_id;
pub mod period;
pub mod planned;
pub mod quantity;
pub mod tax_id;
pub mod text;
