//! The compiler behind `#[grad]`; see `ARCHITECTURE.md`. Users depend on the facade, `backprop`.

mod adjoint;
mod analysis;
mod args;
mod derive;
mod diag;
mod emit;
mod enclosing;
#[cfg(test)]
mod goldens;
mod ir;
mod lanes;
mod lower;
mod model;
mod opt;
mod pipeline;
#[cfg(test)]
mod robustness;
mod rules;
mod source;
mod tangent;

use proc_macro::TokenStream;

/// The gradient of a function: see the facade, `backprop`.
#[proc_macro_attribute]
pub fn grad(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::grad(attr.into(), item.into()).into()
}

/// A tangent type for a struct or an enum: see the facade, `backprop`.
#[proc_macro_derive(Differentiable, attributes(no_grad, differentiable))]
pub fn differentiable(item: TokenStream) -> TokenStream {
    derive::expand(item.into()).into()
}
