//! Forward mode against central differences of the primal, and its text where numbers can't tell.

mod numbers;
mod second_order;
mod text;

use super::{tangent, Refusal, Tangent};
use crate::analysis::types::propagate;
use crate::ir::verify::parse::parse;
use crate::ir::verify::{verify, verify_with};
use crate::ir::{Function, MemId, ValueId};

/// Parsed, with types.
fn primal(text: &str) -> Function {
    let mut f = parse(text);
    propagate(&mut f);
    verify(&f).unwrap_or_else(|e| panic!("{e} in\n{f}"));
    f
}

/// Everything active, but for the values and objects given.
fn forward(f: &Function, passive: &[ValueId], passive_mems: &[MemId]) -> Result<Tangent, Refusal> {
    let made = tangent(f, &|v| !passive.contains(&v), &|m| !passive_mems.contains(&m))?;
    verify_with(&made.f, &made.given()).unwrap_or_else(|e| panic!("{e} in\n{}", made.f));
    Ok(made)
}
