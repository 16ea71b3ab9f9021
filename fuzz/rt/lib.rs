//! What the random programs share: the oracle and the comparison.
#![allow(warnings)]
pub mod check;
pub mod dual;
