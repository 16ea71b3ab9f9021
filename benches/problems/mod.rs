//! The problems of the speed table: each as a user writes it with `#[grad]`, and by hand as well as we can.
//!
//! `x.rs` holds the function, `x_hand.rs` (or the same file, where it is short) the hand-written gradients.
//! Shared by `benches/speed.rs`, `benches/count.rs` and `tests/adbench`, so not every target uses every item;
//! the tests in the files run with `tests/adbench` (a target without harness drops the functions, not the imports).
#![allow(dead_code, unused_imports)]
// Formulas of several arrays read better with indices, and so do users' functions.
#![allow(clippy::needless_range_loop)]

pub mod ba;
pub mod gmm;
pub mod gmm_blocked;
pub mod gmm_hand;
pub mod gmm_ports;
pub mod hand;
pub mod hand_jacobian;
pub mod hand_model;
pub mod lorenz;
pub mod lstm;
pub mod lstm_hand;
pub mod mlp;
pub mod newton;
pub mod numeric;
pub mod ours;
pub mod recursion;
pub mod sigmoid;
pub mod sums;

pub use numeric::Lcg;
