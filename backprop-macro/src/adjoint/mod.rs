//! Reverse mode: a function and its plan become the forward sweep followed by the reverse sweep, in the same IR.

use crate::ir::{Function, MemId, ValueId};

/// A function with its gradient.
#[derive(Clone, Debug)]
pub struct Adjoint {
    /// `f.body.stmts[..split]` is the forward sweep, the rest the reverse sweep. `f.params` are the primal's.
    pub f: Function,
    pub split: usize,
    /// The cotangent of the result: a parameter of the core (or of the pullback).
    pub seed: Seed,
    /// Per parameter.
    pub cotangents: Vec<ParamCotangent>,
}

/// The incoming cotangent.
#[derive(Clone, Debug, PartialEq)]
pub enum Seed {
    /// The result is `()` or passive.
    None,
    Value(ValueId),
    /// Of an aggregate result, by value, mutable.
    Mem(MemId),
}

/// The outgoing cotangent of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamCotangent {
    /// Passive.
    None,
    /// A scalar, returned by value. `None`: the result does not depend on it (zero).
    Value(Option<ValueId>),
    /// An aggregate passed by value: its shadow, declared by the reverse sweep, is returned by value.
    Owned(MemId),
    /// Behind a reference: accumulated into the caller's buffer (`&mut`), which is this object.
    Buffer(MemId),
}
