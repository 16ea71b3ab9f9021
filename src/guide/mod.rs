//! The guide: what can be differentiated, what its derivatives are, and what every error means. Its examples are tests.

#[doc = include_str!("conventions.md")]
pub mod conventions {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("functions.md")]
pub mod functions {}

#[doc = include_str!("language.md")]
pub mod language {}
