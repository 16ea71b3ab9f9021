//! The derivative rules: one row per operation (see `table.rs`).
//!
//! A row gives, for each operand, the contribution of the result's cotangent `D` to that operand's, as an expression
//! that is linear in `D`. Reverse mode instantiates it with the cotangent of the result; forward mode with the tangent
//! of the operand (scalars commute), and adds up. Which operands and whether the result are read, and so must be kept,
//! falls out of the expression.
//!
//! ```text
//! tanh(x) -> y :  D * (1 - y*y)
//! mul(a, b)    :  D * b,  D * a
//! ```

mod arithmetic;
#[cfg(test)]
mod docs;
mod expr;
mod helpers;
mod instantiate;
mod kinks;
#[cfg(test)]
mod methods;
mod powers;
mod table;
mod trigonometry;

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
pub use docs::docs_table;

pub use expr::Expr;
pub use helpers::{helper_partials, operator_helper};
pub use instantiate::{add, instantiate, number};
pub use table::{rule, Form, Func};
