//! ADBench's objectives as plain Rust functions: gradients against its references, and against gradients
//! written by hand.
//!
//! The files are read from `ADBENCH_DATA`, or from `../shared/data/adbench` beside the repository; where they
//! are absent, the tests that need them say so and pass.

#[path = "../../benches/problems/mod.rs"]
mod problems;

mod ba;
mod generated;
mod gmm;
mod hand;
mod hand_structs;
mod lstm;
mod read;
