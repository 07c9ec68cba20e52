//! Files of each format.
