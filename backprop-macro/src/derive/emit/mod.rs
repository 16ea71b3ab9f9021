//! The code beside the user's item.
//!
//! Everything but the tangent type itself sits in a `const _: () = { .. };`, so that nothing else gets a name
//! in the user's scope. All paths are absolute, all locals begin with `__bp_`.

mod accessors;
mod differentiable;
mod item;
mod std_traits;
mod tangent;
mod visit;

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Model;

pub fn emit(model: &Model) -> TokenStream {
    let item = item::tangent_type(model);
    let impls = [
        differentiable::differentiable(model),
        tangent::tangent(model),
        tangent::accumulate(model),
        tangent::in_lanes(model),
        std_traits::clone(model),
        std_traits::debug(model),
        std_traits::partial_eq(model),
        std_traits::default(model),
        accessors::accessors(model),
    ];
    quote! {
        #item
        const _: () = { #(#impls)* };
    }
}
