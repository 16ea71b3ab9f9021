//! Forward mode: a function becomes one that also computes the tangent of its result, in the same IR.

use crate::ir::{Function, MemId, ResultOf, ValueId};

/// A function with its tangent.
#[derive(Clone, Debug)]
pub struct Tangent {
    pub f: Function,
    /// Per parameter: its tangent, a parameter too (`Mem`: by value for aggregates by value, `&` or `&mut` like the
    /// parameter itself if that is a reference).
    pub inputs: Vec<TangentInput>,
    /// Tangent of the result.
    pub output: ResultOf,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TangentInput {
    /// Passive.
    None,
    Value(ValueId),
    Mem(MemId),
}
