//! IR to tokens: the only place that writes Rust.
//!
//! [`body`] writes statements; [`forms`] puts the function's three shapes (joint, split, tangent) into the companion.
//!
//! ```text
//! v3 = mul(v0, v1); v4 = sin(v3); return v4        let t = x * y; let __y = t.sin(); ..
//! ```
//! It must never panic, and never emit an `allow`, an unsafe block, a plain name of its own or a path that the user can
//! shadow.

/// `quote!` with the resolution of generated code: locals of ours can't be seen by the user's code, and lints know that
/// the user has not written it.
macro_rules! q {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod apart;
mod blocks;
mod body;
mod bulk;
mod call;
mod callee;
mod code;
mod constant;
mod control;
mod dead;
mod expr;
mod facts;
mod forms;
mod init;
mod integers;
mod lambda;
mod literal;
mod memory;
mod names;
mod nests;
mod operator;
mod ops;
mod pending;
mod place;
mod repeat;
mod rows;
mod stacks;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod touch;
mod unset;
mod vars;
mod wanted;

use crate::adjoint::{recursion::Recursive, Adjoint};
use crate::analysis::covers::{Claim, Counted};
use crate::ir::CodeId;
use crate::model::{Model, Operator};
use crate::tangent::Tangent;
use proc_macro2::TokenStream;

/// The path of the facade.
type Krate = TokenStream;

/// The function in the shapes that the companion is made from.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    /// Forward and reverse sweep in one body; scalar float results only.
    pub joint: Option<Adjoint>,
    /// As `joint`, to be run if these claims of its callees hold.
    pub other: Option<(Adjoint, Vec<Counted>)>,
    /// Its own claims, for callers.
    pub claims: Vec<Claim>,
    /// As `joint`, for several seeds at once; for `jacobian`.
    pub rows: Option<Adjoint>,
    /// Forward half and pullback: for `vjp`, and for callers.
    pub split: Option<Adjoint>,
    /// `split` of a recursive function, for its calls of itself.
    pub recursive: Option<Recursive>,
    /// The gradient is `split`'s halves, one after the other: there is no `joint`.
    pub line: bool,
    pub tangent: Option<Tangent>,
    /// As `tangent`, in several directions at once.
    pub directions: Option<Tangent>,
    /// The same, of blocks of which most do not matter to most statements.
    pub blocks: Option<crate::lanes::Blocks>,
}

/// Everything that stands beside the user's function.
///
/// `public`: where it has parameters that are functions, the function with these as constants, if that can be.
pub fn companion(model: &Model, forms: &Forms, public: Option<&(Model, Forms)>) -> TokenStream {
    forms::companion(model, forms, public)
}

/// The rule of an operator of the user's.
pub fn operator(of: &Operator, model: &Model, forms: &Forms) -> TokenStream {
    operator::operator(of, &model.options, &forms::for_callers(model, forms))
}

/// The same of an operator with an error: its uses cause no second one.
pub fn operator_stub(of: &Operator, model: &Model) -> TokenStream {
    operator::operator(of, &model.options, &forms::stub(model))
}

/// Is the path the function's own name?
pub fn is_itself(model: &Model, path: CodeId) -> bool {
    forms::is_itself(model, path)
}

/// Is the path one whose companion makes claims: that of a free function?
pub fn has_claims(model: &Model, path: CodeId) -> bool {
    callee::claims(model.source.tokens(path)).is_some()
}

/// Does it get `jacobian`, by rows?
pub fn wants_rows(model: &Model) -> bool {
    forms::wants_rows(model)
}

/// How many rows of the Jacobian there are, where one sweep takes all of them.
pub fn rows_at_once(model: &Model) -> Option<usize> {
    forms::rows_at_once(model)
}

/// Is it the path of a free function, which is not the runtime's?
pub fn is_free(model: &Model, path: CodeId) -> bool {
    callee::is_free(tables::tokens(&model.source, path))
}

/// Does its forward mode gain by blocks of directions?
pub fn wants_blocks(model: &Model) -> bool {
    forms::wants_blocks(model)
}

/// The companion of a function with an error: all names, no code.
pub fn stub(model: &Model) -> TokenStream {
    forms::stub(model)
}
