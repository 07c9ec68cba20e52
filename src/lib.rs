pub mod domain;
pub mod published;
pub mod values;
