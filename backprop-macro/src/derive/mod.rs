//! `#[derive(Differentiable)]`: the tangent type of a user's type.
//!
//! ```text
//! struct Joint { angle: f64, #[no_grad] limit: f64, id: usize }
//!     ─▶ struct JointTangent { angle: <f64 as Differentiable>::Tangent }
//!        impl Differentiable for Joint, impl Tangent, Accumulate, Clone, Debug, PartialEq, Default for JointTangent
//! ```
//!
//! `parse` makes the model, `passive` decides what is absent, `generics` what the tangent type is generic
//! over, `emit` writes the code. A field is left out only by the lists in `passive` or by `#[no_grad]`, and
//! the generated code asserts that what was left out by its name has no floats: nothing is dropped silently.

mod emit;
mod generics;
mod model;
mod parse;
mod passive;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

/// The whole derive, from the item to the code beside it.
pub fn expand(input: TokenStream) -> TokenStream {
    match parse::parse(input) {
        Ok(model) => emit::emit(&model),
        Err(errors) => errors.into_compile_error(),
    }
}
