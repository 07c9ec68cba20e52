pub mod domain;
pub mod published;
pub mod store;
pub mod values;
